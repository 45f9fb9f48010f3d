package io.coxswain.agent.bmc;

import io.coxswain.agent.bmc.RedfishCalls.Reply;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Redfish (DMTF DSP0266): from the service's root to its systems, and of the one that is meant the
 * reset action, with the target and the values that the resource itself names.
 */
final class RedfishBmc implements Bmc {
  private static final String ROOT = "/redfish/v1/";
  private static final Duration TASK_POLL = Duration.ofSeconds(2);
  private static final int TASK_LOOKS = 60;

  private final Access access;
  private final Files files;
  private final Consumer<Duration> pause;
  private final Duration patience;
  private Optional<RedfishCalls> open = Optional.empty();
  private String session = "";
  private String system = "";

  RedfishBmc(Access access, Files files, Consumer<Duration> pause) {
    this(access, files, pause, RedfishCalls.ANSWER);
  }

  RedfishBmc(Access access, Files files, Consumer<Duration> pause, Duration patience) {
    this.access = access;
    this.files = files;
    this.pause = pause;
    this.patience = patience;
  }

  @Override
  public Power power() {
    String state = calls().get(system).at("PowerState").text();
    return switch (state) {
      case "On" -> Power.ON;
      case "Off" -> Power.OFF;
      case "PoweringOn", "PoweringOff", "Paused" -> Power.CHANGING;
      default ->
          throw calls()
              .broken(
                  system, "PowerState '" + RedfishCalls.clean(state) + "' (expected: On or Off)");
    };
  }

  @Override
  public void switchOn() {
    reset(List.of("On", "ForceOn"));
  }

  @Override
  public void shutDown() {
    reset(List.of("GracefulShutdown"));
  }

  @Override
  public void cutOff() {
    reset(List.of("ForceOff"));
  }

  @Override
  public void close() {
    open.ifPresent(
        calls -> {
          if (!session.isEmpty()) {
            calls.delete(session);
          }
          calls.close();
        });
    open = Optional.empty();
    session = "";
  }

  /** With somebody logged in and the system found. */
  private RedfishCalls calls() {
    if (open.isEmpty()) {
      RedfishCalls calls = new RedfishCalls(access, files, pause, patience);
      open = Optional.of(calls);
      JsonText.Value root = calls.get(ROOT);
      logIn(calls, root);
      system = system(calls, root);
    }
    return open.get();
  }

  private void logIn(RedfishCalls calls, JsonText.Value root) {
    String sessions = root.at("Links").at("Sessions").at("@odata.id").text();
    if (!sessions.isEmpty()) {
      Reply reply =
          calls.post(
              sessions,
              "{\"UserName\":"
                  + JsonText.quoted(access.user())
                  + ",\"Password\":"
                  + JsonText.quoted(access.password().text())
                  + "}");
      if (reply.isGood() && !reply.token().isEmpty()) {
        calls.useToken(reply.token());
        session = path(reply.location());
        return;
      }
      if (reply.status() == 401 || reply.status() == 403) {
        throw calls.refused("the login", reply);
      }
    }
    // Older ones have no sessions, or answer for them with something else.
    calls.useBasic();
  }

  private String system(RedfishCalls calls, JsonText.Value root) {
    String all = root.at("Systems").at("@odata.id").text();
    if (all.isEmpty()) {
      throw calls.broken(ROOT, "no Systems (expected: a service that has some)");
    }
    List<String> members = new ArrayList<>();
    for (JsonText.Value member : calls.get(all).at("Members").items()) {
      members.add(member.at("@odata.id").text());
    }
    if (access.system().isEmpty() && members.size() == 1) {
      return members.getFirst();
    }
    List<String> ids = members.stream().map(RedfishBmc::id).toList();
    int index = ids.indexOf(access.system());
    if (index < 0) {
      throw Bmc.failure(
          Reason.BMC_REFUSED,
          access,
          "has the systems "
              + RedfishCalls.clean(ids.toString())
              + " (expected: "
              + (access.system().isEmpty()
                  ? "one, or which by --system)"
                  : "'" + access.system() + "' among them)"));
    }
    return members.get(index);
  }

  private static String id(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  private void reset(List<String> types) {
    RedfishCalls calls = calls();
    JsonText.Value action = calls.get(system).at("Actions").at("#ComputerSystem.Reset");
    String target = action.at("target").text();
    if (target.isEmpty()) {
      throw Bmc.failure(Reason.BMC_REFUSED, access, "has no #ComputerSystem.Reset for " + system);
    }
    List<String> offered = offered(calls, action);
    String type =
        types.stream()
            .filter(word -> offered.isEmpty() || offered.contains(word))
            .findFirst()
            .orElseThrow(
                () ->
                    Bmc.failure(
                        Reason.BMC_REFUSED,
                        access,
                        "does not offer "
                            + String.join(" or ", types)
                            + " (it offers: "
                            + RedfishCalls.clean(String.join(", ", offered))
                            + ")"));
    Reply reply = calls.post(target, "{\"ResetType\":" + JsonText.quoted(type) + "}");
    if (!reply.isGood()) {
      throw calls.refused(type, reply);
    }
    if (reply.status() == 202) {
      follow(calls, reply, type);
    }
  }

  /** The values that the action takes; none where the service does not say. */
  private static List<String> offered(RedfishCalls calls, JsonText.Value action) {
    List<JsonText.Value> values = action.at("ResetType@Redfish.AllowableValues").items();
    String info = action.at("@Redfish.ActionInfo").text();
    if (values.isEmpty() && !info.isEmpty()) {
      values =
          calls.get(info).at("Parameters").items().stream()
              .filter(parameter -> parameter.at("Name").text().equals("ResetType"))
              .flatMap(parameter -> parameter.at("AllowableValues").items().stream())
              .toList();
    }
    return values.stream().map(JsonText.Value::text).filter(word -> !word.isEmpty()).toList();
  }

  /** Waits for a task that the action became (DSP0266, "Asynchronous operations"). */
  private void follow(RedfishCalls calls, Reply accepted, String type) {
    String named = accepted.body().at("@odata.id").text();
    String task = named.isEmpty() ? path(accepted.location()) : named;
    for (int i = 0; !task.isEmpty() && i < TASK_LOOKS; i++) {
      Reply reply = calls.read(task);
      // A monitor says 202 until its task has ended; some forget their tasks at once.
      if (reply.status() == 404 || reply.status() == 410 || reply.status() == 204) {
        return;
      }
      if (!reply.isGood()) {
        throw calls.refused(type, reply);
      }
      String state = reply.body().at("TaskState").text();
      switch (state) {
        case "Exception", "Killed", "Cancelled" ->
            throw Bmc.failure(
                Reason.BMC_REFUSED,
                access,
                "began " + type + ", and its task ended as " + state + messages(reply.body()));
        case "Completed" -> {
          return;
        }
        case "" -> {
          if (reply.status() != 202) {
            return;
          }
        }
        default -> {
          // New, Starting, Running, Pending and their like: not yet.
        }
      }
      pause.accept(TASK_POLL);
    }
    // What counts is the power, which is read next.
  }

  private static String messages(JsonText.Value task) {
    String text =
        String.join(
            " ",
            task.at("Messages").items().stream()
                .map(message -> message.at("Message").text())
                .filter(message -> !message.isBlank())
                .toList());
    return text.isEmpty() ? "" : ": " + RedfishCalls.clean(text);
  }

  /** The path of what may be a whole URL; empty when it is neither. */
  private static String path(String location) {
    String path = location.replaceFirst("^https?://[^/]*", "");
    return path.startsWith("/") ? path : "";
  }
}

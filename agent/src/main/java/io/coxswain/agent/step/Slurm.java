package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import io.coxswain.agent.host.Units.Active;
import io.coxswain.agent.host.Units.UnitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The slurmctld of one cluster on this machine, by Slurm's own commands. */
record Slurm(Host host, String clusterId) {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  // The longest that a check of ours takes, and some.
  private static final int RESERVED_MINUTES = 10;
  // All parts of an active test at their deadlines, and some; it ends by itself when we die.
  private static final int TEST_MINUTES = 30;
  // Keeps a command line and its output far from every limit.
  private static final int NAMES_PER_CALL = 200;

  String configuration() {
    return "/etc/coxswain/clusters/" + clusterId + "/slurm.conf";
  }

  String unit() {
    return "coxswain-slurmctld@" + clusterId + ".service";
  }

  /** Whether the cluster still has a configuration here; without one it was taken down. */
  boolean isConfigured() {
    return host.files().stat(configuration()).isPresent();
  }

  /** Whether we took slurmctld down: it neither runs nor would after a boot. */
  boolean isTakenDown() {
    UnitState state = host.units().state(unit());
    return !isConfigured() || (state.active() == Active.INACTIVE && !state.enabled());
  }

  /** Those of the named nodes that slurmctld knows. */
  Map<String, SlurmNode> nodes(Collection<String> names) {
    Map<String, SlurmNode> found = new LinkedHashMap<>();
    List<String> all = List.copyOf(names);
    for (int from = 0; from < all.size(); from += NAMES_PER_CALL) {
      List<String> some = all.subList(from, Math.min(all.size(), from + NAMES_PER_CALL));
      Result result = run("scontrol", "-o", "show", "node", String.join(",", some));
      if (!result.isSuccess() && !isUnknownNode(result)) {
        throw failed("show node", result);
      }
      result
          .out()
          .lines()
          .map(SlurmNode::parse)
          .flatMap(Optional::stream)
          .forEach(node -> found.put(node.name(), node));
    }
    return found;
  }

  /** All nodes of the cluster. */
  List<SlurmNode> nodes() {
    return nodeLines().stream().map(SlurmNode::parse).flatMap(Optional::stream).toList();
  }

  /** All nodes of the cluster as slurmctld describes them, one a line. */
  List<String> nodeLines() {
    return demand("show node", run("scontrol", "-o", "show", "node")).out().lines().toList();
  }

  List<SlurmJob> jobs() {
    Result result =
        demand(
            "squeue", run("squeue", "--noheader", "--states=all", "--format=" + SlurmJob.FORMAT));
    return result
        .out()
        .lines()
        .map(SlurmJob::parse)
        .flatMap(Optional::stream)
        .filter(job -> !isOver(job))
        .toList();
  }

  void resume(String node) {
    demand("resume " + node, run("scontrol", "update", "nodename=" + node, "state=resume"));
  }

  /** Ends a drain; unlike {@link #resume} it leaves a node that is DOWN where it is. */
  void undrain(String node) {
    demand("undrain " + node, run("scontrol", "update", "nodename=" + node, "state=undrain"));
  }

  void drain(String node, String reason) {
    demand(
        "drain " + node,
        run(
            "scontrol",
            "update",
            "nodename=" + node,
            "state=drain",
            "reason=" + SlurmNode.OURS + reason));
  }

  /** Keeps everybody but the user from starting jobs on the node; ends by itself. */
  void reserve(String name, String node, String user) {
    demand(
        "reserve " + node,
        run(
            "scontrol",
            "create",
            "reservation",
            "reservationname=" + name,
            "starttime=now",
            "duration=" + RESERVED_MINUTES,
            "users=" + user,
            "nodes=" + node,
            "flags=maint,ignore_jobs"));
  }

  /**
   * Keeps everybody but the user from starting jobs on the nodes, which Slurm grants only while no
   * job runs there; its words where it does not.
   */
  Optional<String> reserveIdle(String name, List<String> nodes, String user) {
    Result result =
        run(
            "scontrol",
            "create",
            "reservation",
            "reservationname=" + name,
            "starttime=now",
            "duration=" + TEST_MINUTES,
            "users=" + user,
            "nodes=" + String.join(",", nodes),
            "flags=maint");
    return result.isSuccess()
        ? Optional.empty()
        : Optional.of(String.join(" / ", Output.tail(result)));
  }

  boolean isReserved(String name) {
    return run("scontrol", "-o", "show", "reservation", name).isSuccess();
  }

  void unreserve(String name) {
    Result result = run("scontrol", "delete", "reservation=" + name);
    if (!result.isSuccess() && isReserved(name)) {
      throw failed("delete reservation " + name, result);
    }
  }

  void delete(String node) {
    Result result = run("scontrol", "delete", "nodename=" + node);
    if (!result.isSuccess() && !isUnknownNode(result)) {
      throw failed("delete node " + node, result);
    }
  }

  /**
   * Creates slots that are alike. That a name exists is only written into slurmctld's log, so the
   * caller reads what came of it.
   */
  void create(List<String> names, List<String> options) {
    for (int from = 0; from < names.size(); from += NAMES_PER_CALL) {
      List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_PER_CALL));
      List<String> argv =
          new ArrayList<>(List.of("scontrol", "create", "nodename=" + String.join(",", some)));
      argv.addAll(options);
      demand("create " + some, run(argv.toArray(String[]::new)));
    }
  }

  /** Asks slurmctld to give the slot's machine back once it is idle. */
  void powerDown(String node) {
    demand("power down " + node, run("scontrol", "update", "nodename=" + node, "state=power_down"));
  }

  /** Takes the slot from its jobs, which are requeued, and empties it. */
  void powerDownAtOnce(String node, String reason) {
    demand(
        "power down " + node,
        run(
            "scontrol",
            "update",
            "nodename=" + node,
            "state=power_down_force",
            "reason=" + SlurmNode.OURS + reason));
  }

  void cancel(List<SlurmJob> jobs) {
    if (!jobs.isEmpty()) {
      List<String> argv = new ArrayList<>(List.of("scancel", "--quiet"));
      jobs.forEach(job -> argv.add(job.id()));
      demand("scancel", run(argv.toArray(String[]::new)));
    }
  }

  Map<String, String> environment() {
    // What we run tests machines: outside of the image that users' jobs run in.
    return Map.of("SLURM_CONF", configuration(), "COX_CONTAINER", "none");
  }

  private Result run(String... argv) {
    return host.commands().run(Command.of(DEADLINE, argv).with(environment()));
  }

  private Result demand(String what, Result result) {
    if (!result.isSuccess()) {
      throw failed(what, result);
    }
    return result;
  }

  private HostException failed(String what, Result result) {
    return new HostException(
        Reason.COMMAND_FAILED,
        "%s of %s: exit status %d".formatted(what, clusterId, result.status()),
        Output.tail(result));
  }

  private static boolean isUnknownNode(Result result) {
    String text = result.out() + result.err();
    return text.contains("not found") || text.contains("Invalid node name");
  }

  // slurmctld keeps what ended for a while.
  private static boolean isOver(SlurmJob job) {
    return switch (job.state()) {
      case "BOOT_FAIL",
          "CANCELLED",
          "COMPLETED",
          "DEADLINE",
          "FAILED",
          "NODE_FAIL",
          "OUT_OF_MEMORY",
          "PREEMPTED",
          "REVOKED",
          "TIMEOUT" ->
          true;
      default -> false;
    };
  }
}

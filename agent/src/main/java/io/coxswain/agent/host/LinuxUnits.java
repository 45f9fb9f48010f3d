package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Units by systemctl. States of all units asked for lately come from one call and serve for an
 * instant.
 */
final class LinuxUnits implements Units {
  private static final Duration QUICK = Duration.ofSeconds(20);
  private static final Duration START = Duration.ofMinutes(2);
  // Long enough for one pass over a machine's steps, too short to matter.
  private static final Duration FRESH = Duration.ofMillis(250);
  // A simple service counts as active before it has read its configuration.
  private static final int SETTLE_ROUNDS = 4;
  private static final Duration ROUND = Duration.ofMillis(100);
  // slurmd tries for 5 seconds to reach a slurmctld before it gives up.
  private static final Duration DOUBT = Duration.ofSeconds(12);
  private static final int REMEMBERED = 64;
  private static final Set<String> NOT_ENABLED =
      Set.of("", "disabled", "masked", "masked-runtime", "bad", "transient");
  private static final String PROPERTIES =
      "--property=Id,LoadState,UnitFileState,ActiveState,ExecMainStartTimestamp,ActiveEnterTimestamp,NeedDaemonReload,NRestarts";

  private final Commands commands;
  private final InstantSource clock;
  private final Set<String> asked = new TreeSet<>();
  private Map<String, Shown> shown = Map.of();
  private Instant shownAt = Instant.EPOCH;

  LinuxUnits(Commands commands, InstantSource clock) {
    this.commands = commands;
    this.clock = clock;
  }

  @Override
  public synchronized UnitState state(String unit) {
    if (!asked.contains(unit) && asked.size() >= REMEMBERED) {
      asked.clear();
    }
    Instant now = clock.instant();
    if (asked.add(unit) || !shown.containsKey(unit) || now.isAfter(shownAt.plus(FRESH))) {
      shown = show(asked);
      shownAt = now;
    }
    Shown state = shown.get(unit);
    return state == null
        ? new UnitState(false, false, Active.INACTIVE, Optional.empty(), false)
        : state.asOf(now);
  }

  @Override
  public List<String> journal(String unit) {
    try {
      Result result =
          commands.run(
              Command.of(
                  QUICK,
                  "journalctl",
                  "--unit",
                  unit,
                  "--lines=20",
                  "--no-pager",
                  "--output=cat",
                  "--quiet"));
      return Output.tail(result.out(), "");
    } catch (HostException e) {
      return List.of("journal: " + e.getMessage());
    }
  }

  @Override
  public void reload() {
    change(QUICK, "daemon-reload");
  }

  @Override
  public void enable(String unit) {
    change(QUICK, "enable", unit);
  }

  @Override
  public void disable(String unit) {
    UnitState state = now(unit).state();
    if (state.active() != Active.INACTIVE) {
      Result stopped = run(START, "stop", unit);
      if (!stopped.isSuccess() && !isUnknown(stopped)) {
        throw failed("stop " + unit, stopped);
      }
    }
    Result disabled = run(QUICK, "disable", unit);
    if (!disabled.isSuccess() && !isUnknown(disabled)) {
      throw failed("disable " + unit, disabled);
    }
    // Nothing to forget is fine.
    run(QUICK, "reset-failed", unit);
  }

  @Override
  public void restart(String unit) {
    // Else systemd refuses to start what failed often: we count tries ourselves.
    run(QUICK, "reset-failed", unit);
    Result result = run(START, "restart", unit);
    if (!result.isSuccess()) {
      throw unitFailed(unit, Output.tail(result));
    }
    if (unit.endsWith(".mount")) {
      // systemctl has waited for mount(8) itself.
      return;
    }
    int restarts = now(unit).restarts();
    for (int round = 0; round < SETTLE_ROUNDS; round++) {
      Pause.of(ROUND);
      Shown shown = now(unit);
      if (shown.state().active() == Active.FAILED
          || shown.state().active() == Active.INACTIVE
          || shown.restarts() > restarts) {
        throw unitFailed(unit, List.of());
      }
    }
  }

  @Override
  public void reconfigure(String unit) {
    change(START, "reload", unit);
  }

  private HostException unitFailed(String unit, List<String> said) {
    List<String> tail = new ArrayList<>(journal(unit));
    tail.addAll(said);
    return new HostException(
        Reason.UNIT_FAILED, unit + ": failed to start (expected: active)", tail);
  }

  private void change(Duration deadline, String verb, String... units) {
    Result result = run(deadline, verb, units);
    if (!result.isSuccess()) {
      throw failed(verb + " " + String.join(" ", units), result);
    }
  }

  private synchronized void forget() {
    shownAt = Instant.EPOCH;
  }

  private Result run(Duration deadline, String verb, String... units) {
    List<String> argv = new ArrayList<>(List.of("systemctl", "--no-pager", "--quiet", verb));
    argv.addAll(List.of(units));
    try {
      return commands.run(new Command(argv, deadline, Map.of(), Optional.empty()));
    } finally {
      forget();
    }
  }

  private static boolean isUnknown(Result result) {
    return result.err().contains("does not exist")
        || result.err().contains("not loaded")
        || result.err().contains("not found");
  }

  private static HostException failed(String what, Result result) {
    return new HostException(
        Reason.COMMAND_FAILED,
        "systemctl " + what.strip() + ": exit status " + result.status(),
        Output.tail(result));
  }

  private Shown now(String unit) {
    Shown state = show(Set.of(unit)).get(unit);
    if (state == null) {
      throw new HostException(Reason.COMMAND_FAILED, unit + ": systemd shows no such unit");
    }
    return state;
  }

  private Map<String, Shown> show(Set<String> units) {
    List<String> argv =
        new ArrayList<>(List.of("systemctl", "show", "--no-pager", "--timestamp=unix", PROPERTIES));
    // In the order of the names: the Id may be another one when a name is an alias.
    List<String> names = List.copyOf(new TreeSet<>(units));
    argv.addAll(names);
    Result result = commands.run(new Command(argv, QUICK, Map.of(), Optional.empty()));
    if (!result.isSuccess()) {
      throw failed("show", result);
    }
    String[] blocks = result.out().strip().split("\n\n", -1);
    Map<String, Shown> states = new HashMap<>();
    for (int i = 0; i < names.size() && i < blocks.length; i++) {
      states.put(names.get(i), Shown.parse(blocks[i]));
    }
    return states;
  }

  /** One block of systemctl show. */
  record Shown(UnitState state, int restarts) {
    static Shown parse(String block) {
      Map<String, String> properties = new HashMap<>();
      for (String line : block.lines().toList()) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          properties.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      UnitState state =
          new UnitState(
              properties.getOrDefault("LoadState", "").equals("loaded"),
              !NOT_ENABLED.contains(properties.getOrDefault("UnitFileState", "")),
              active(properties.getOrDefault("ActiveState", "")),
              instant(properties.getOrDefault("ExecMainStartTimestamp", ""))
                  .or(() -> instant(properties.getOrDefault("ActiveEnterTimestamp", ""))),
              properties.getOrDefault("NeedDaemonReload", "").equals("yes"));
      return new Shown(state, Integer.parseInt("0" + properties.getOrDefault("NRestarts", "")));
    }

    /** A daemon that systemd had to start again is trusted only after a while. */
    UnitState asOf(Instant now) {
      boolean isDoubtful =
          state.active() == Active.ACTIVE
              && restarts > 0
              && state.activeSince().filter(since -> since.plus(DOUBT).isAfter(now)).isPresent();
      return isDoubtful
          ? new UnitState(
              state.loaded(),
              state.enabled(),
              Active.ACTIVATING,
              state.activeSince(),
              state.needsReload())
          : state;
    }

    private static Active active(String text) {
      return switch (text) {
        case "active", "reloading", "refreshing" -> Active.ACTIVE;
        case "activating", "deactivating", "maintenance" -> Active.ACTIVATING;
        case "failed" -> Active.FAILED;
        default -> Active.INACTIVE;
      };
    }

    // "@1764000000", or empty for a unit that never ran.
    private static Optional<Instant> instant(String text) {
      return text.startsWith("@")
          ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text.substring(1))))
          : Optional.empty();
    }
  }
}

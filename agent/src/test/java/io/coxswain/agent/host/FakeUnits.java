package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * systemd in memory: a unit is there when a package brought it or its file lies in
 * /etc/systemd/system.
 */
public final class FakeUnits implements Units {
  private final Effects effects;
  private final FakeFiles files;
  private final ManualClock clock;
  private final Services services;
  private final Set<String> packaged = new TreeSet<>();
  private final Map<String, Running> units = new TreeMap<>();
  private final Map<String, List<String>> broken = new HashMap<>();

  /** What happens when a unit starts or stops: Slurm's daemons come and go. */
  interface Services {
    /** Throws when the daemon refuses to start. */
    void started(String unit);

    void stopped(String unit);
  }

  FakeUnits(Effects effects, FakeFiles files, ManualClock clock, Services services) {
    this.effects = effects;
    this.files = files;
    this.clock = clock;
    this.services = services;
  }

  /** A package brought the unit. */
  public void define(String unit) {
    packaged.add(unit);
  }

  /**
   * From now on the unit fails when it starts, with these lines in its journal; without lines it is
   * well again.
   */
  public void breakUnit(String unit, String... journal) {
    if (journal.length == 0) {
      broken.remove(unit);
    } else {
      broken.put(unit, List.of(journal));
    }
  }

  /** The unit's process dies by itself. */
  public void kill(String unit) {
    Running running = units.get(unit);
    if (running != null && running.active == Active.ACTIVE) {
      running.active = Active.FAILED;
      services.stopped(unit);
    }
  }

  public boolean isActive(String unit) {
    return state(unit).active() == Active.ACTIVE;
  }

  /** Enabled units start, others do not. */
  void reboot() {
    units.values().forEach(running -> running.active = Active.INACTIVE);
    for (Map.Entry<String, Running> unit : units.entrySet()) {
      if (unit.getValue().isEnabled && text(unit.getKey()).isPresent()) {
        try {
          start(unit.getKey(), unit.getValue());
        } catch (HostException e) {
          unit.getValue().active = Active.FAILED;
        }
      }
    }
  }

  /** Name, enabled, active of every unit that was touched, for comparison. */
  public List<String> snapshot() {
    return units.entrySet().stream()
        .map(unit -> unit.getKey() + " " + unit.getValue().isEnabled + " " + unit.getValue().active)
        .toList();
  }

  @Override
  public UnitState state(String unit) {
    Running running = units.getOrDefault(unit, new Running());
    Optional<String> text = text(unit);
    boolean isStale =
        running.isLoaded && text.isPresent() && !text.get().equals(running.loadedText);
    return new UnitState(
        text.isPresent() || running.active == Active.ACTIVE,
        running.isEnabled,
        running.active,
        Optional.ofNullable(running.since),
        isStale);
  }

  @Override
  public List<String> journal(String unit) {
    return broken.getOrDefault(unit, List.of());
  }

  @Override
  public void reload() {
    effects.around(
        "daemon-reload",
        () -> units.forEach((name, running) -> running.loadedText = text(name).orElse("")));
  }

  @Override
  public void enable(String unit) {
    demand(unit);
    effects.around("enable " + unit, () -> running(unit).isEnabled = true);
  }

  @Override
  public void disable(String unit) {
    effects.around(
        "disable " + unit,
        () -> {
          Running running = units.remove(unit);
          if (running != null && running.active == Active.ACTIVE) {
            services.stopped(unit);
          }
        });
  }

  @Override
  public void restart(String unit) {
    demand(unit);
    effects.around("restart " + unit, () -> start(unit, running(unit)));
  }

  private void start(String unit, Running running) {
    if (running.active == Active.ACTIVE) {
      running.active = Active.INACTIVE;
      services.stopped(unit);
    }
    running.active = Active.FAILED;
    List<String> journal = broken.get(unit);
    if (journal != null) {
      throw new HostException(Reason.UNIT_FAILED, unit + ": failed to start", journal);
    }
    services.started(unit);
    running.active = Active.ACTIVE;
    running.since = clock.instant();
    if (!running.isLoaded) {
      running.isLoaded = true;
      running.loadedText = text(unit).orElse("");
    }
  }

  @Override
  public void reconfigure(String unit) {
    if (!isActive(unit)) {
      throw new HostException(Reason.COMMAND_FAILED, "systemctl reload " + unit + ": not active");
    }
    effects.around("reload " + unit, () -> {});
  }

  private void demand(String unit) {
    if (text(unit).isEmpty()) {
      throw new HostException(Reason.COMMAND_FAILED, unit + ": no such unit");
    }
  }

  private Running running(String unit) {
    return units.computeIfAbsent(unit, name -> new Running());
  }

  // The unit's own file or its template's, and its drop-ins.
  private Optional<String> text(String unit) {
    String directory = "/etc/systemd/system/";
    int at = unit.indexOf('@');
    String template =
        at < 0 ? unit : unit.substring(0, at + 1) + unit.substring(unit.lastIndexOf('.'));
    StringBuilder text = new StringBuilder();
    boolean isThere = packaged.contains(unit) || packaged.contains(template);
    for (String name : at < 0 ? List.of(unit) : List.of(unit, template)) {
      if (files.stat(directory + name).isPresent()) {
        isThere = true;
        text.append(files.text(directory + name));
      }
      for (String dropIn : files.list(directory + name + ".d")) {
        text.append(files.text(directory + name + ".d/" + dropIn));
      }
    }
    return isThere ? Optional.of(text.toString()) : Optional.empty();
  }

  private static final class Running {
    private boolean isEnabled;
    private boolean isLoaded;
    private Active active = Active.INACTIVE;
    private String loadedText = "";
    private java.time.@org.jspecify.annotations.Nullable Instant since;
  }
}

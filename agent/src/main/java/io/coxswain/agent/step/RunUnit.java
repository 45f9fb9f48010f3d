package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Units.Active;
import io.coxswain.agent.host.Units.UnitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A systemd unit runs, is enabled, and has read the files that it depends on as they are now. What
 * it has read is remembered as hashes after each restart; when the agent dies in between, the unit
 * is restarted once more than needed.
 */
public record RunUnit(String name, List<String> restartOn, List<String> reloadOn) implements Step {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  private static final Pattern TROUBLE =
      Pattern.compile("error|fatal|fail|cannot|denied|refused", Pattern.CASE_INSENSITIVE);

  public RunUnit {
    restartOn = List.copyOf(restartOn);
    reloadOn = List.copyOf(reloadOn);
  }

  @Override
  public Check check(Host host) {
    UnitState state = host.units().state(name);
    List<String> changes = new ArrayList<>();
    if (!state.loaded()) {
      changes.add(name + ": make known to systemd");
    } else if (state.needsReload()) {
      changes.add(name + ": re-read by systemd");
    }
    if (!state.enabled()) {
      changes.add(name + ": enable");
    }
    if (!isRunning(state)) {
      changes.add(name + ": start");
    } else {
      unread(host, restartOn).forEach(path -> changes.add(name + ": restart for " + path));
      unread(host, reloadOn).forEach(path -> changes.add(name + ": reload for " + path));
    }
    if (changes.isEmpty() && state.active() == Active.ACTIVATING) {
      // systemd's own lines about the unit begin with its name or say what it does next.
      String last =
          host.units().journal(name).stream()
              .filter(line -> TROUBLE.matcher(line).find() && !line.startsWith(name))
              .reduce((a, b) -> b)
              .map(line -> ", its journal says: " + line)
              .orElse("");
      return new Check.Pending(name + " starts, or ends and starts again" + last, START_PATIENCE);
    }
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    UnitState state = host.units().state(name);
    boolean isStale = !isRunning(state) || !unread(host, restartOn).isEmpty();
    if (isStale || !state.loaded() || state.needsReload()) {
      // Before each start, whatever systemd says: it does not notice a drop-in directory that is
      // new (seen on 252).
      host.units().reload();
    }
    if (!state.enabled()) {
      host.units().enable(name);
    }
    // Taken before: a change that comes while the unit starts must be seen next time.
    String read = hashes(host);
    if (isStale) {
      host.units().restart(name);
      stamp(name).write(host, read);
    } else if (!unread(host, reloadOn).isEmpty()) {
      host.units().reconfigure(name);
      stamp(name).write(host, read);
    }
  }

  @Override
  public Disruption disruption() {
    return Disruption.RESTARTS_SERVICE;
  }

  static Stamp stamp(String unit) {
    return new Stamp("unit-" + unit);
  }

  private static boolean isRunning(UnitState state) {
    return state.active() == Active.ACTIVE || state.active() == Active.ACTIVATING;
  }

  private List<String> unread(Host host, List<String> paths) {
    List<String> read = stamp(name).read(host).map(text -> text.lines().toList()).orElse(List.of());
    return paths.stream().filter(path -> !read.contains(line(host, path))).toList();
  }

  private String hashes(Host host) {
    List<String> lines = new ArrayList<>();
    restartOn.forEach(path -> lines.add(line(host, path)));
    reloadOn.forEach(path -> lines.add(line(host, path)));
    return String.join("\n", lines) + "\n";
  }

  private static String line(Host host, String path) {
    String hash =
        host.files()
            .stat(path)
            .map(stat -> stat.kind() == Kind.FILE ? Stamp.hash(host.files().read(path)) : "other")
            .orElse("absent");
    return hash + " " + path;
  }
}

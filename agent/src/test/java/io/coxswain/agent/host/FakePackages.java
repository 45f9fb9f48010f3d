package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.HostException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Packages that are all there in version 1.0, but for those that a test takes away or offers in
 * other versions.
 */
public final class FakePackages implements Packages {
  private final Effects effects;
  private final FakeFiles files;
  private final Consumer<String> onInstall;
  private final Map<String, String> installed = new TreeMap<>();
  private final Set<String> held = new TreeSet<>();
  private final Set<String> unknown = new HashSet<>();
  private final Map<String, List<String>> offered = new HashMap<>();
  private final Map<String, List<String>> needs = new HashMap<>();
  private final Map<String, List<String>> conflicts = new HashMap<>();
  private final Set<String> broken = new HashSet<>();
  private String limitation = "";
  private Runnable onChange = () -> {};
  private int refreshes;
  private boolean isLocked;

  FakePackages(Effects effects, FakeFiles files, Consumer<String> onInstall) {
    this.effects = effects;
    this.files = files;
    this.onInstall = onInstall;
  }

  /** Another package manager holds the lock, or lets it go. */
  public void lock(boolean locked) {
    isLocked = locked;
  }

  /** The machine's sources do not have the package, or have it again. */
  public void withdraw(String name, boolean withdrawn) {
    if (withdrawn) {
      unknown.add(name);
    } else {
      unknown.remove(name);
    }
  }

  /** The sources have these versions alone, the newest last; none: they no longer have any. */
  public void offer(String name, String... versions) {
    offered.put(name, List.of(versions));
  }

  /** Installing the first brings the others. */
  public void need(String name, String... others) {
    needs.put(name, List.of(others));
  }

  /** Installing the first removes the others. */
  public void conflict(String name, String... others) {
    conflicts.put(name, List.of(others));
  }

  /** Installing it fails, after those before it are there; or works again. */
  public void breakPackage(String name, boolean isBroken) {
    if (isBroken) {
      broken.add(name);
    } else {
      broken.remove(name);
    }
  }

  /** No apt-get is here, for the reason given. */
  public void limit(String why) {
    limitation = why;
  }

  /** Called when packages have come or gone. */
  public void onChange(Runnable listener) {
    onChange = listener;
  }

  /** As somebody else does it: without us. */
  public void change(String name, String version) {
    installed.put(name, version);
    onChange.run();
  }

  public Map<String, String> all() {
    return Map.copyOf(installed);
  }

  public Set<String> held() {
    return Set.copyOf(held);
  }

  public int refreshes() {
    return refreshes;
  }

  @Override
  public Optional<String> installed(String name) {
    return Optional.ofNullable(installed.get(name));
  }

  @Override
  public Set<String> missing(Collection<String> names) {
    Set<String> missing = new LinkedHashSet<>(names);
    missing.removeAll(installed.keySet());
    return missing;
  }

  @Override
  public Set<String> traces(Collection<String> names) {
    Set<String> traces = new TreeSet<>(names);
    traces.retainAll(installed.keySet());
    return traces;
  }

  @Override
  public void install(Collection<String> names) {
    demandLock();
    names.stream()
        .filter(unknown::contains)
        .findFirst()
        .ifPresent(
            name -> {
              throw new HostException(Reason.PACKAGE_NOT_FOUND, "package: " + name);
            });
    for (String name : names) {
      put(name, "1.0");
    }
  }

  private void put(String name, String version) {
    if (broken.contains(name)) {
      throw new HostException(
          Reason.PACKAGE_FAILED, "install " + name + ": exit status 100", List.of("dpkg: " + name));
    }
    effects.around(
        "install " + name,
        () -> {
          installed.put(name, version);
          onInstall.accept(name);
          onChange.run();
        });
  }

  @Override
  public Optional<String> limitation() {
    return Optional.of(limitation).filter(why -> !why.isEmpty());
  }

  @Override
  public List<Installed> matching(Pattern names) {
    return installed.entrySet().stream()
        .filter(entry -> names.matcher(entry.getKey()).matches())
        .map(
            entry -> new Installed(entry.getKey(), entry.getValue(), held.contains(entry.getKey())))
        .toList();
  }

  @Override
  public void refresh() {
    demandLock();
    effects.around("refresh", () -> refreshes++);
  }

  @Override
  public Foreseen foresee(Selection selection) {
    Map<String, String> wanted = resolve(selection);
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    wanted.forEach(
        (name, version) -> {
          if (!installed.containsKey(name)) {
            added.add(name);
          } else if (!version.equals(installed.get(name))) {
            changed.add(name);
          }
        });
    return new Foreseen(added, changed, removed(selection, wanted));
  }

  @Override
  public void bring(Selection selection) {
    demandLock();
    Map<String, String> wanted = resolve(selection);
    removed(selection, wanted)
        .forEach(
            name ->
                effects.around(
                    "remove " + name,
                    () -> {
                      installed.remove(name);
                      held.remove(name);
                      onChange.run();
                    }));
    wanted.forEach(
        (name, version) -> {
          if (!version.equals(installed.get(name))) {
            put(name, version);
          }
        });
  }

  private List<String> removed(Selection selection, Map<String, String> wanted) {
    Set<String> removed = new TreeSet<>(selection.gone());
    wanted.keySet().forEach(name -> removed.addAll(conflicts.getOrDefault(name, List.of())));
    removed.retainAll(installed.keySet());
    // What needs one that goes goes with it.
    needs.forEach(
        (name, others) -> {
          if (installed.containsKey(name) && others.stream().anyMatch(removed::contains)) {
            removed.add(name);
          }
        });
    removed.removeAll(wanted.keySet());
    return List.copyOf(removed);
  }

  private Map<String, String> resolve(Selection selection) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String word : selection.present()) {
      if (word.startsWith("/")) {
        String[] said = files.text(word).split(" ", 2);
        wanted.put(said[0], said[1]);
      } else {
        String[] parts = word.split("=", 2);
        String version = version(parts[0], parts.length == 1 ? "" : parts[1]);
        wanted.put(parts[0], version);
        for (String other : needs.getOrDefault(parts[0], List.of())) {
          wanted.putIfAbsent(other, installed.getOrDefault(other, version(other, "")));
        }
      }
    }
    return wanted;
  }

  private String version(String name, String asked) {
    List<String> versions = offered.getOrDefault(name, List.of("1.0"));
    boolean isBeginning = asked.isEmpty() || asked.endsWith("*");
    String beginning = asked.replace("*", "");
    return versions.stream()
        .filter(is -> isBeginning ? is.startsWith(beginning) : is.equals(asked))
        .filter(is -> !unknown.contains(name))
        .reduce((a, b) -> b)
        .orElseThrow(
            () ->
                new HostException(
                    Reason.PACKAGE_NOT_FOUND,
                    "package: " + name + (asked.isEmpty() ? "" : "=" + asked)));
  }

  @Override
  public void hold(Collection<String> names) {
    names.forEach(name -> effects.around("hold " + name, () -> held.add(name)));
  }

  @Override
  public void release(Collection<String> names) {
    names.forEach(name -> effects.around("release " + name, () -> held.remove(name)));
  }

  @Override
  public Optional<String> keep(Installed one, String directory) {
    if (!offered.getOrDefault(one.name(), List.of("1.0")).contains(one.version())) {
      return Optional.empty();
    }
    String path = directory + "/" + one.name() + "_" + one.version() + "_amd64.deb";
    files.write(
        path,
        (one.name() + " " + one.version()).getBytes(StandardCharsets.UTF_8),
        new Access(0600, "root", "root"));
    return Optional.of(path);
  }

  private void demandLock() {
    if (isLocked) {
      throw new HostException(
          Reason.PACKAGE_LOCK_HELD, "install: another package manager holds the lock");
    }
  }
}

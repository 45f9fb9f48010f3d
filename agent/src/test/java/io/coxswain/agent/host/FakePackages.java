package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Packages that are all there, but for those that a test takes away. */
public final class FakePackages implements Packages {
  private final Effects effects;
  private final Consumer<String> onInstall;
  private final Map<String, String> installed = new TreeMap<>();
  private final Set<String> unknown = new HashSet<>();
  private boolean isLocked;

  FakePackages(Effects effects, Consumer<String> onInstall) {
    this.effects = effects;
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

  public Map<String, String> all() {
    return Map.copyOf(installed);
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
  public void install(Collection<String> names) {
    if (isLocked) {
      throw new HostException(
          Reason.PACKAGE_LOCK_HELD, "install: another package manager holds the lock");
    }
    names.stream()
        .filter(unknown::contains)
        .findFirst()
        .ifPresent(
            name -> {
              throw new HostException(Reason.PACKAGE_NOT_FOUND, "package: " + name);
            });
    for (String name : names) {
      effects.around(
          "install " + name,
          () -> {
            installed.put(name, "1.0");
            onInstall.accept(name);
          });
    }
  }
}

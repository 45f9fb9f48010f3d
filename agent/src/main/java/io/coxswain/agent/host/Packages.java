package io.coxswain.agent.host;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** The machine's package manager. */
public interface Packages {
  /** Version of an installed package, fully configured; empty else. */
  Optional<String> installed(String name);

  /** Those of the names that are not installed. */
  Set<String> missing(Collection<String> names);

  /**
   * Installs the packages without asking and without starting their services. Waits a while for
   * another package manager to let go of its lock.
   */
  void install(Collection<String> names);
}

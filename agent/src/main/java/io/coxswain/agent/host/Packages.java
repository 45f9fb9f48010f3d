package io.coxswain.agent.host;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The machine's package manager. */
public interface Packages {
  /** Version of an installed package, fully configured; empty else. */
  Optional<String> installed(String name);

  /** Those of the names that are not installed. */
  Set<String> missing(Collection<String> names);

  /**
   * Those of the names of which anything is on the machine: installed, in part installed, or their
   * configuration alone.
   */
  Set<String> traces(Collection<String> names);

  /**
   * Installs the packages without asking and without starting their services. Waits a while for
   * another package manager to let go of its lock.
   */
  void install(Collection<String> names);

  /** Why this agent cannot choose versions on this machine; empty where it can. */
  Optional<String> limitation();

  /**
   * Installed packages whose whole name matches, sorted. Those of another architecture are called
   * "NAME:ARCHITECTURE".
   */
  List<Installed> matching(Pattern names);

  /** Fetches the lists of the machine's package sources anew. */
  void refresh();

  /** What {@link #bring} would change; changes nothing. */
  Foreseen foresee(Selection selection);

  /**
   * Makes the selection so in one transaction, held packages and older versions included; services
   * are not started.
   */
  void bring(Selection selection);

  /** Keeps the packages at their version, whoever upgrades the machine. */
  void hold(Collection<String> names);

  /** Ends {@link #hold}. */
  void release(Collection<String> names);

  /**
   * Puts the package's file, by which this very version can be installed again, durably into the
   * directory; its path, or empty where neither the sources nor the machine have it any more.
   */
  Optional<String> keep(Installed installed, String directory);

  /** A package that is installed; held when upgrades leave it alone. */
  record Installed(String name, String version, boolean held) {}

  /**
   * Packages that are to be there and to be gone.
   *
   * @param present "NAME" in any version, "NAME=VERSION", "NAME=BEGINNING*", or the path of a file
   *     of {@link #keep}
   * @param gone names; with their configuration
   */
  record Selection(List<String> present, List<String> gone) {
    public Selection {
      present = List.copyOf(present);
      gone = List.copyOf(gone);
    }

    public static Selection of(List<String> present) {
      return new Selection(present, List.of());
    }
  }

  /** Names of packages that a selection would add, change the version of, and remove. */
  record Foreseen(List<String> added, List<String> changed, List<String> removed) {
    public Foreseen {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
      removed = List.copyOf(removed);
    }
  }
}

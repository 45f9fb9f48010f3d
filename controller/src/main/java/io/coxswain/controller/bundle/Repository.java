package io.coxswain.controller.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where packages come from.
 *
 * @param uris by machine architecture: {@code x86_64}, {@code aarch64}
 * @param suites {@code bookworm}, or {@code /} for one without
 * @param conflicts packages that bring the same repository under another key, which apt refuses
 */
public record Repository(
    String name,
    Map<String, String> uris,
    List<String> suites,
    List<String> components,
    Trust trust,
    List<String> conflicts) {
  public Repository {
    uris = Map.copyOf(uris);
    suites = List.copyOf(suites);
    components = List.copyOf(components);
    conflicts = List.copyOf(conflicts);
  }

  /** Why nothing from there can be trusted yet, and what to do; empty: it can. */
  public Optional<String> missing() {
    return trust instanceof Trust.KeyFile(String file, String hint, Optional<String> key)
            && key.isEmpty()
        ? Optional.of(
            "repository "
                + name
                + ": no key (expected: the owner's public key in ASCII armour, in the file "
                + file
                + " beside the site's bundles; "
                + hint
                + ")")
        : Optional.empty();
  }

  /** The key, where the machine gets one. */
  Optional<String> key() {
    return switch (trust) {
      case Trust.Machine _ -> Optional.empty();
      case Trust.Key(String armour) -> Optional.of(armour);
      case Trust.KeyFile(_, _, Optional<String> armour) -> armour;
    };
  }

  /** Whose signature is believed. There is no way to believe none. */
  public sealed interface Trust {
    /** The keys that the distribution itself put on the machine for its own archive. */
    record Machine() implements Trust {}

    /** In ASCII armour. */
    record Key(String armour) implements Trust {}

    /**
     * In a file of the site.
     *
     * @param hint where to get it
     * @param armour empty: the file is not there
     */
    record KeyFile(String file, String hint, Optional<String> armour) implements Trust {}
  }
}

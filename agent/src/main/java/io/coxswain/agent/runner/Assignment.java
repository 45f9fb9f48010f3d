package io.coxswain.agent.runner;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Everything this machine should be; a newer generation replaces it as a whole. */
public record Assignment(long generation, List<Group> groups) {
  /** Nothing assigned yet. */
  public static final Assignment NONE = new Assignment(0, List.of());

  public Assignment {
    groups = List.copyOf(groups);
    Set<String> before = new HashSet<>();
    for (Group group : groups) {
      // Demanding the order of the list rules out cycles too.
      group.after().stream()
          .filter(name -> !before.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "group %s: after %s (expected: a group before it in the assignment)"
                        .formatted(group.name(), name));
              });
      if (!before.add(group.name())) {
        throw new IllegalArgumentException(
            "group: " + group.name() + " twice (expected: different names)");
      }
    }
  }
}

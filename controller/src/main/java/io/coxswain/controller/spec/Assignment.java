package io.coxswain.controller.spec;

import java.util.List;

/** Everything one machine should be. A newer generation replaces an older one. */
public record Assignment(long generation, List<Group> groups) {
  public Assignment {
    groups = List.copyOf(groups);
  }

  /**
   * Steps that belong together, in order.
   *
   * @param after names of the groups that must be done first
   * @param retry grows when somebody asks for another try
   */
  public record Group(String name, List<String> after, int retry, List<Step> steps) {
    public Group {
      after = List.copyOf(after);
      steps = List.copyOf(steps);
    }
  }

  /** A want and what people call it: "install slurmd". */
  public record Step(String title, Want want) {}
}

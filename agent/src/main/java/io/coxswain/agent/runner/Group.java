package io.coxswain.agent.runner;

import java.util.List;

/**
 * Steps that belong together and run in order.
 *
 * @param after names of groups that must be done first
 * @param retry another number asks for counting attempts anew
 */
public record Group(String name, List<String> after, int retry, List<PlannedStep> steps) {
  public Group {
    after = List.copyOf(after);
    steps = List.copyOf(steps);
  }
}

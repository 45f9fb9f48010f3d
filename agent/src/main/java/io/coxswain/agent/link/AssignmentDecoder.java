package io.coxswain.agent.link;

import io.coxswain.agent.runner.Assignment;
import io.coxswain.agent.runner.Group;
import io.coxswain.agent.runner.PlannedStep;

/** Wire to assignment. */
public final class AssignmentDecoder {
  private AssignmentDecoder() {}

  /** Throws IllegalArgumentException that names the group and what is wrong with it. */
  public static Assignment decode(io.coxswain.v1.Assignment wire) {
    return new Assignment(
        wire.getGeneration(), wire.getGroupsList().stream().map(AssignmentDecoder::group).toList());
  }

  private static Group group(io.coxswain.v1.Group wire) {
    try {
      return new Group(
          wire.getName(),
          wire.getAfterList(),
          wire.getRetry(),
          wire.getStepsList().stream()
              .map(step -> new PlannedStep(step.getTitle(), StepDecoder.decode(step)))
              .toList());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("group " + wire.getName() + ": " + e.getMessage(), e);
    }
  }
}

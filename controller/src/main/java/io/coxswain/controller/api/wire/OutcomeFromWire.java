package io.coxswain.controller.api.wire;

import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.v1.Failure;
import io.coxswain.v1.Outcome;
import java.util.Optional;

/** What an agent tells of one group of its assignment. */
public final class OutcomeFromWire {
  private OutcomeFromWire() {}

  public static GroupOutcome outcome(Outcome outcome) {
    return new GroupOutcome(
        outcome.getGeneration(),
        outcome.getGroup(),
        state(outcome.getState()),
        outcome.getAttempt(),
        outcome.getRetry(),
        outcome.getStep(),
        outcome.getStepNumber(),
        outcome.getStepCount(),
        outcome.getWaitingFor(),
        outcome.hasStartedAt()
            ? Optional.of(Times.instant("started_at", outcome.getStartedAt()))
            : Optional.empty(),
        outcome.hasEndedAt()
            ? Optional.of(Times.instant("ended_at", outcome.getEndedAt()))
            : Optional.empty(),
        outcome.hasFailure() ? Optional.of(failure(outcome.getFailure())) : Optional.empty(),
        outcome.getStepsList().stream()
            .map(
                step ->
                    new GroupOutcome.StepTime(
                        step.getStep(),
                        step.getResult().name(),
                        Integer.toUnsignedLong(step.getMillis())))
            .toList(),
        outcome.getEvidence());
  }

  private static GroupOutcome.State state(Outcome.State state) {
    return switch (state) {
      case WAITING -> GroupOutcome.State.WAITING;
      case RUNNING -> GroupOutcome.State.RUNNING;
      case DONE -> GroupOutcome.State.DONE;
      case FAILED -> GroupOutcome.State.FAILED;
      case STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw new InvalidSpecException(
              "state", "state: " + state + " (expected: WAITING, RUNNING, DONE or FAILED)");
    };
  }

  private static GroupOutcome.Failure failure(Failure failure) {
    return new GroupOutcome.Failure(
        failure.getReason(),
        failure.getMessage(),
        failure.getTailList().stream().toList(),
        failure.getNextAction());
  }
}

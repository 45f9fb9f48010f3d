package io.coxswain.agent.link;

import com.google.protobuf.Timestamp;
import io.coxswain.agent.report.Failure;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.Progress;
import io.coxswain.agent.report.StepOutcome;
import io.coxswain.v1.Outcome;
import java.time.Instant;

/** Outcome to wire. */
final class OutcomeEncoder {
  private OutcomeEncoder() {}

  static Outcome encode(GroupOutcome outcome) {
    Progress progress = outcome.progress();
    Outcome.Builder wire =
        Outcome.newBuilder()
            .setGeneration(outcome.generation())
            .setGroup(outcome.group())
            .setRetry(outcome.retry())
            .setState(state(progress.state()))
            .setAttempt(progress.attempt())
            .setStep(progress.step())
            .setStepNumber(progress.stepNumber())
            .setStepCount(progress.stepCount())
            .setWaitingFor(progress.waitingFor())
            .setEvidence(outcome.evidence());
    progress.startedAt().ifPresent(at -> wire.setStartedAt(timestamp(at)));
    progress.endedAt().ifPresent(at -> wire.setEndedAt(timestamp(at)));
    outcome.failure().ifPresent(failure -> wire.setFailure(failure(failure)));
    outcome.steps().forEach(step -> wire.addSteps(step(step)));
    return wire.build();
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static Outcome.State state(GroupOutcome.State state) {
    return switch (state) {
      case WAITING -> Outcome.State.WAITING;
      case RUNNING -> Outcome.State.RUNNING;
      case DONE -> Outcome.State.DONE;
      case FAILED -> Outcome.State.FAILED;
    };
  }

  private static io.coxswain.v1.Failure failure(Failure failure) {
    return io.coxswain.v1.Failure.newBuilder()
        .setReason(failure.reason())
        .setMessage(failure.message())
        .addAllTail(failure.tail())
        .setNextAction(failure.nextAction())
        .build();
  }

  private static io.coxswain.v1.StepOutcome step(StepOutcome step) {
    return io.coxswain.v1.StepOutcome.newBuilder()
        .setStep(step.title())
        .setResult(result(step.result()))
        .setMillis((int) Math.min(step.took().toMillis(), Integer.MAX_VALUE))
        .build();
  }

  private static io.coxswain.v1.StepOutcome.Result result(StepOutcome.Result result) {
    return switch (result) {
      case UNCHANGED -> io.coxswain.v1.StepOutcome.Result.UNCHANGED;
      case CHANGED -> io.coxswain.v1.StepOutcome.Result.CHANGED;
      case WOULD_CHANGE -> io.coxswain.v1.StepOutcome.Result.WOULD_CHANGE;
      case REBOOT_NEEDED -> io.coxswain.v1.StepOutcome.Result.REBOOT_NEEDED;
      case FAILED -> io.coxswain.v1.StepOutcome.Result.STEP_FAILED;
    };
  }
}

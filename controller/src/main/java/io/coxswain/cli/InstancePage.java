package io.coxswain.cli;

import io.coxswain.v1.Failure;
import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.StepOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An instance as people read it: four axes side by side, never one. */
final class InstancePage {
  private InstancePage() {}

  static String scheduler(Instance instance) {
    String reason = instance.getSchedulerReason();
    return reason.isEmpty()
        ? instance.getScheduler()
        : instance.getScheduler() + " (" + reason + ")";
  }

  /** "install slurmd (3/9) 4s, attempt 2"; empty when it is at rest. */
  static String step(Instance instance, Instant now) {
    if (instance.getStep().isEmpty()) {
      return "";
    }
    StringBuilder step = new StringBuilder(instance.getStep());
    if (instance.getStepCount() > 0) {
      step.append(" (")
          .append(instance.getStepNumber())
          .append('/')
          .append(instance.getStepCount())
          .append(')');
    }
    if (isMoving(instance) && Text.isSet(instance.getSince())) {
      step.append(' ').append(Text.age(instance.getSince(), now));
    }
    if (instance.getAttempt() > 1) {
      step.append(", attempt ").append(instance.getAttempt());
    }
    return step.toString();
  }

  /** True while the instance is on its way to somewhere. */
  static boolean isMoving(Instance instance) {
    return switch (instance.getLifecycle()) {
      case PENDING, PROVISIONING, CONFIGURING, CONTAINER_CREATING, DESTROYING -> true;
      default -> false;
    };
  }

  /** What failed, the last lines of the command that did, and what to do: one a line. */
  static List<String> failure(Instance instance) {
    Failure failure = instance.getFailure();
    List<String> lines = new ArrayList<>();
    String where = instance.getMachine().isEmpty() ? "" : "on " + instance.getMachine() + ", ";
    String at = step(instance, Instant.EPOCH);
    lines.add(where + (at.isEmpty() ? "" : at + ": ") + failure.getMessage());
    for (String tail : failure.getTailList()) {
      lines.add("| " + tail);
    }
    if (!failure.getNextAction().isEmpty()) {
      lines.add("fix: " + failure.getNextAction());
    }
    if (instance.getLifecycle() == Lifecycle.FAILED) {
      lines.add("then: cox instance retry " + instance.getName());
    }
    return lines;
  }

  static void print(Instance instance, Terminal terminal) {
    Instant now = terminal.time().clock().instant();
    Page page = new Page(terminal);
    page.fact("instance", instance.getName())
        .fact("cluster", instance.getClusterId())
        .fact("lifecycle", Text.name(instance.getLifecycle()))
        .fact("link", Text.name(instance.getLink()))
        .fact("health", Text.name(instance.getHealth()))
        .fact("scheduler", scheduler(instance))
        .fact("machine", instance.getMachine())
        .fact("address", instance.getAddress())
        .fact("shape", instance.getShape())
        .fact("step", step(instance, now))
        .fact("waits for", instance.getWaitingFor())
        .fact("since", Text.moment(instance.getSince()))
        .fact("deadline", Text.moment(instance.getDeadline()))
        .flush();
    if (instance.hasFailure()) {
      page.heading("failed");
      failure(instance).forEach(page::line);
    }
    Table steps = new Table("STEP", "RESULT", "TIME");
    for (StepOutcome step : instance.getStepsList()) {
      steps.add(step.getStep(), result(step), milliseconds(step.getMillis()));
    }
    page.table(steps);
    if (!instance.getEvidence().isEmpty()) {
      page.heading("acceptance");
      instance.getEvidence().lines().forEach(page::line);
    }
  }

  // The contract's names are apart from those of other enums; a person needs no such thing.
  private static String result(StepOutcome step) {
    return step.getResult() == StepOutcome.Result.STEP_FAILED
        ? "FAILED"
        : Text.name(step.getResult());
  }

  private static String milliseconds(int millis) {
    return millis < 1000 ? millis + " ms" : millis / 1000 + "." + millis % 1000 / 100 + " s";
  }
}

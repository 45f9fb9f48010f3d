package io.coxswain.cli;

import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.RetryInstanceRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance retry}. */
@Command(
    name = "retry",
    header = "Take a failed instance up again, from the step that failed.",
    footer = {"", "Example:", "  cox instance retry c-7f3a-1 --wait"})
final class InstanceRetryCommand extends PrintingCommand {
  private static final Duration POLL = Duration.ofSeconds(1);

  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(names = "--wait", description = "Wait until it is RUNNING or FAILED again.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      description = "With --wait, at most this long: 90s, 10m, 2h.")
  String timeout = "";

  @Override
  int run() {
    Instant deadline =
        timeout.isEmpty()
            ? null
            : terminal().time().clock().instant().plus(Words.span(timeout, "--timeout"));
    Instance answer =
        controller()
            .callOnce(
                "Instances/RetryInstance",
                RetryInstanceRequest.newBuilder().setName(instance).build(),
                Instance.parser());
    if (wait) {
      answer = settled(answer, deadline);
    }
    boolean isPrinted = isPrinted(answer, answer.getName());
    if (wait && answer.getLifecycle() == Lifecycle.FAILED) {
      throw new CoxException(
          ExitCode.FAILED,
          answer.getName() + " failed again",
          "",
          InstancePage.failure(answer),
          List.of());
    }
    if (!isPrinted) {
      line(answer.getName() + " is " + Text.name(answer.getLifecycle()));
      if (!wait) {
        line("follow it: cox why " + answer.getName());
      }
    }
    return ExitCode.DONE;
  }

  private Instance settled(Instance first, @Nullable Instant deadline) {
    Instance now = first;
    try (Progress progress = Progress.on(terminal())) {
      progress.show(List.of(now));
      while (now.getLifecycle() != Lifecycle.RUNNING && now.getLifecycle() != Lifecycle.FAILED) {
        if (deadline != null && !terminal().time().clock().instant().isBefore(deadline)) {
          throw new CoxException(
              ExitCode.TIMED_OUT,
              now.getName() + " has not settled in time; it goes on",
              "cox why " + now.getName());
        }
        controller().pause(POLL);
        now = InstanceInfoCommand.get(controller(), now.getName());
        progress.show(List.of(now));
      }
    }
    return now;
  }
}

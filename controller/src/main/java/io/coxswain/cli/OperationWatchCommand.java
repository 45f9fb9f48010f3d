package io.coxswain.cli;

import io.coxswain.v1.OperationUpdate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox operation watch}. */
@Command(
    name = "watch",
    header = "Follow an operation to its end.",
    description =
        "Exits with 0 when it succeeded, 1 when it failed, 5 when --timeout was over first.",
    footer = {"", "Example:", "  cox operation watch op-31f0 --timeout 10m"})
final class OperationWatchCommand extends PrintingCommand {
  @Parameters(paramLabel = "OPERATION", description = "Its id.")
  String operation = "";

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      description = "Stop watching after this: 90s, 10m, 2h.")
  String timeout = "";

  @Override
  int run() {
    OperationUpdate end =
        Watch.toTheEnd(
            controller(),
            terminal(),
            operation,
            timeout.isEmpty() ? null : Words.span(timeout, "--timeout"));
    boolean isPrinted = isPrinted(end, end.getOperation().getId());
    OperationEnd.check(end);
    if (!isPrinted) {
      OperationEnd.print(end.getOperation(), terminal());
    }
    return ExitCode.DONE;
  }
}

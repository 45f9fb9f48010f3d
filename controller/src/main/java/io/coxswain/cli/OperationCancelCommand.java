package io.coxswain.cli;

import io.coxswain.v1.CancelOperationRequest;
import io.coxswain.v1.Operation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox operation cancel}. */
@Command(
    name = "cancel",
    header = "Ask an operation to stop.",
    description =
        "What was done stays done; a cluster half made is destroyed with cox cluster destroy.",
    footer = {"", "Example:", "  cox operation cancel op-31f0"})
final class OperationCancelCommand extends PrintingCommand {
  @Parameters(paramLabel = "OPERATION", description = "Its id.")
  String operation = "";

  @Override
  int run() {
    Operation answer =
        controller()
            .call(
                "Operations/CancelOperation",
                CancelOperationRequest.newBuilder().setId(operation).build(),
                Operation.parser());
    if (!isPrinted(answer, answer.getId())) {
      line("operation " + answer.getId() + " is " + OperationPage.state(answer));
    }
    return ExitCode.DONE;
  }
}

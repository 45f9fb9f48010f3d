package io.coxswain.cli;

import io.coxswain.v1.GetOperationRequest;
import io.coxswain.v1.Operation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox operation info}. */
@Command(
    name = "info",
    header = "Show one operation.",
    footer = {"", "Example:", "  cox operation info op-31f0"})
final class OperationInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "OPERATION", description = "Its id.")
  String operation = "";

  @Override
  int run() {
    Operation answer =
        controller()
            .call(
                "Operations/GetOperation",
                GetOperationRequest.newBuilder().setId(operation).build(),
                Operation.parser());
    if (!isPrinted(answer, answer.getId())) {
      OperationPage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.RemoveBmcRequest;
import io.coxswain.v1.RemoveBmcResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox machine bmc remove}. */
@Command(
    name = "remove",
    header = "Forget a machine's management controller, and its password.",
    footer = {"", "Example:", "  cox machine bmc remove gpu07"})
final class MachineBmcRemoveCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Override
  int run() {
    RemoveBmcResponse answer =
        controller()
            .call(
                "Power/RemoveBmc",
                RemoveBmcRequest.newBuilder().setMachine(machine).build(),
                RemoveBmcResponse.parser());
    if (!isPrinted(answer, machine)) {
      line("no BMC of " + machine + " is known any more");
    }
    return ExitCode.DONE;
  }
}

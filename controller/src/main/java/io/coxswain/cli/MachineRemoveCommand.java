package io.coxswain.cli;

import io.coxswain.v1.RemoveMachineRequest;
import io.coxswain.v1.RemoveMachineResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine remove}. */
@Command(
    name = "remove",
    aliases = "rm",
    header = "Revoke a machine and take it off the list.",
    description = "Refused while a cluster leases it.",
    footer = {"", "Example:", "  cox machine remove gpu07"})
final class MachineRemoveCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Override
  int run() throws IOException {
    if (!yes) {
      new Confirmation(terminal())
          .ask("This removes machine " + machine + "; to come back it must join again.", machine);
    }
    RemoveMachineResponse answer =
        controller()
            .callOnce(
                "Machines/RemoveMachine",
                RemoveMachineRequest.newBuilder().setName(machine).build(),
                RemoveMachineResponse.parser());
    if (!isPrinted(answer, machine)) {
      line("machine " + machine + " is removed");
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.Machine;
import io.coxswain.v1.RevokeMachineRequest;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine revoke}. */
@Command(
    name = "revoke",
    header = "Cut a machine off at once: its certificate is not accepted any more.",
    description = "It stays listed. To come back it must join again with a new token.",
    footer = {"", "Example:", "  cox machine revoke gpu07 --reason 'disk left the building'"})
final class MachineRevokeCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Kept with the machine and in its events.")
  String reason = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Override
  int run() throws IOException {
    if (!yes) {
      new Confirmation(terminal())
          .ask("This cuts machine " + machine + " off until it joins again.", machine);
    }
    Machine answer =
        controller()
            .call(
                "Machines/RevokeMachine",
                RevokeMachineRequest.newBuilder().setName(machine).setReason(reason).build(),
                Machine.parser());
    if (!isPrinted(answer, answer.getName())) {
      line("machine " + answer.getName() + " is revoked");
    }
    return ExitCode.DONE;
  }
}

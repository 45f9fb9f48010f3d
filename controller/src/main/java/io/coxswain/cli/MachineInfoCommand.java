package io.coxswain.cli;

import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox machine info}. */
@Command(
    name = "info",
    header = "Show one machine: what was measured, who leases it, its certificate.",
    footer = {
      "",
      "Examples:",
      "  cox machine info gpu07",
      "  cox machine info gpu07 -o json | jq .observation.gpus"
    })
final class MachineInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Override
  int run() {
    Machine answer =
        controller()
            .call(
                "Machines/GetMachine",
                GetMachineRequest.newBuilder().setName(machine).build(),
                Machine.parser());
    if (!isPrinted(answer, answer.getName())) {
      MachinePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }
}

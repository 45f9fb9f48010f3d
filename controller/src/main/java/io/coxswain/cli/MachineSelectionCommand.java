package io.coxswain.cli;

import io.coxswain.v1.ListMachinesRequest;
import io.coxswain.v1.ListMachinesResponse;
import picocli.CommandLine.Option;

/** A command about some of the machines, chosen by their labels. */
abstract class MachineSelectionCommand extends PrintingCommand {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABEL=VALUE,...",
      description = "Only machines with all these labels.")
  String selector = "";

  final ListMachinesResponse machines() {
    return controller()
        .call(
            "Machines/ListMachines",
            ListMachinesRequest.newBuilder().setSelector(selector).build(),
            ListMachinesResponse.parser());
  }
}

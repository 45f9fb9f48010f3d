package io.coxswain.cli;

import io.coxswain.v1.GetInstanceRequest;
import io.coxswain.v1.Instance;
import java.io.IOException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that has the machine of an instance repaired. */
abstract class InstanceRepairCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(names = "--dry-run", description = "Show the plan and do nothing.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  final int repair(String action, boolean isForced) throws IOException {
    Instance found =
        controller()
            .call(
                "Instances/GetInstance",
                GetInstanceRequest.newBuilder().setName(instance).build(),
                Instance.parser());
    if (found.getMachine().isEmpty()) {
      throw CoxException.refused(
          instance + " has no machine", "cox instance retry " + instance + " looks for one");
    }
    MachineRepairCommand command = beside(new MachineRepairCommand());
    command.machine = found.getMachine();
    command.action = action;
    command.force = isForced;
    command.dryRun = dryRun;
    command.yes = yes;
    command.format = format;
    return command.run();
  }
}

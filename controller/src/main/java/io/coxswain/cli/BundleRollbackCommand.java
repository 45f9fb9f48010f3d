package io.coxswain.cli;

import io.coxswain.v1.BundleMachines;
import io.coxswain.v1.Operation;
import io.coxswain.v1.RollBackBundleRequest;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox bundle rollback}. */
@Command(
    name = "rollback",
    header = "Bring back what was on machines before their last bundle.",
    description = {
      "",
      "Packages, holds and files as they were; each agent has kept them. One machine after the other,",
      "as apply does it."
    },
    footer = {
      "",
      "Examples:",
      "  cox bundle rollback gpu07",
      "  cox bundle rollback --cluster train --max-unavailable 2 --wait"
    })
final class BundleRollbackCommand extends BundleRollCommand {
  @Parameters(arity = "0..*", paramLabel = "MACHINE", description = "Names or ids.")
  List<String> machines = List.of();

  @Override
  int run() throws IOException {
    BundleMachines wanted = required(machines);
    int atOnce = atOnce();
    Waiting waiting = limit.waiting(wait);
    if (!yes) {
      new Confirmation(terminal())
          .ask(
              "This brings back the drivers of before on "
                  + (machines.isEmpty() ? "all of these machines" : String.join(", ", machines))
                  + "; most reboot for it.",
              "rollback");
    }
    Operation operation =
        controller()
            .call(
                "Bundles/RollBackBundle",
                RollBackBundleRequest.newBuilder()
                    .setMachines(wanted)
                    .setMaxUnavailable(atOnce)
                    .setNoReboot(noReboot)
                    .setRequestId(UUID.randomUUID().toString())
                    .build(),
                Operation.parser());
    return OperationEnd.begun(this, operation, waiting, "the drivers of before are on their way");
  }
}

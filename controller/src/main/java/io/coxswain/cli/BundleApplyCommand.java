package io.coxswain.cli;

import io.coxswain.v1.ApplyBundleRequest;
import io.coxswain.v1.BundleMachines;
import io.coxswain.v1.MachinePlan;
import io.coxswain.v1.Operation;
import io.coxswain.v1.PlanBundleRequest;
import io.coxswain.v1.PlanBundleResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox bundle apply}. */
@Command(
    name = "apply",
    header = "Bring a bundle to machines, a few at a time, without ending a job.",
    description = {
      "",
      "One machine after the other is kept from new jobs, awaited, installed, rebooted where it must",
      "be, verified, tested, and given back. One that fails gets back what it had, and the others",
      "keep what they have. The plan is shown first. Refused as a whole when anything stands against",
      "one of the machines."
    },
    footer = {
      "",
      "Examples:",
      "  cox bundle apply nvidia-580-open gpu07                            one machine first",
      "  cox bundle apply nvidia-580-open --cluster train --max-unavailable 2 --wait",
      "  cox bundle apply nvidia-580-open -l rack=a1 --no-reboot           reboot them yourself",
      "  cox bundle status                                                 how far it is"
    })
final class BundleApplyCommand extends BundleRollCommand {
  @Parameters(index = "0", paramLabel = "BUNDLE", description = "Its name, as list shows it.")
  String bundle = "";

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "MACHINE", description = "Names or ids.")
  List<String> machines = List.of();

  @Override
  int run() throws IOException {
    BundleMachines wanted = required(machines);
    int atOnce = atOnce();
    Waiting waiting = limit.waiting(wait);
    String planned = "";
    if (!yes) {
      PlanBundleResponse plan =
          controller()
              .call(
                  "Bundles/PlanBundle",
                  PlanBundleRequest.newBuilder().setName(bundle).setMachines(wanted).build(),
                  PlanBundleResponse.parser());
      BundlePlanPage.print(plan, terminal());
      planned = plan.getBundle();
      // What the controller would refuse needs nobody's word.
      if (isPossible(plan)) {
        new Confirmation(terminal()).ask(consequence(plan, atOnce), bundle);
      }
    }
    Operation operation =
        controller()
            .call(
                "Bundles/ApplyBundle",
                ApplyBundleRequest.newBuilder()
                    .setName(bundle)
                    .setMachines(wanted)
                    .setMaxUnavailable(atOnce)
                    .setNoReboot(noReboot)
                    .setRequestId(UUID.randomUUID().toString())
                    .setPlanned(planned)
                    .build(),
                Operation.parser());
    return OperationEnd.begun(this, operation, waiting, "bundle " + bundle + " is on its way");
  }

  private static boolean isPossible(PlanBundleResponse plan) {
    boolean isChanging = false;
    for (MachinePlan machine : plan.getMachinesList()) {
      if (machine.getObstaclesCount() > 0) {
        return false;
      }
      isChanging |= machine.getChangesCount() > 0;
    }
    return isChanging;
  }

  private String consequence(PlanBundleResponse plan, int atOnce) {
    int changing = 0;
    int rebooting = 0;
    for (MachinePlan machine : plan.getMachinesList()) {
      changing += machine.getChangesCount() > 0 ? 1 : 0;
      rebooting += machine.getDisruption() == MachinePlan.Disruption.REBOOTS ? 1 : 0;
    }
    return "This brings "
        + plan.getBundle()
        + " to "
        + Text.count(changing, "machine")
        + ", "
        + atOnce
        + " at a time; "
        + (rebooting == 0 ? "none reboots" : rebooting + " of them reboot")
        + (noReboot && rebooting > 0 ? " when somebody does it" : "")
        + ".";
  }
}

package io.coxswain.cli;

import io.coxswain.v1.MachinePlan;
import io.coxswain.v1.PlanBundleRequest;
import io.coxswain.v1.PlanBundleResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox bundle plan}. */
@Command(
    name = "plan",
    header = "Show what a bundle would change where; change nothing.",
    description = {
      "",
      "Each field has what is there, what would be, and what that disturbs: live (jobs do not",
      "notice), needs idle node, reboots. Machines stand in the order in which they would be taken:",
      "those that are unwell the longest first. Without machines: all workers with GPUs."
    },
    footer = {
      "",
      "Examples:",
      "  cox bundle plan nvidia-580-open                     the whole site",
      "  cox bundle plan nvidia-580-open gpu07 gpu08",
      "  cox bundle plan nvidia-580-open --cluster train"
    })
final class BundlePlanCommand extends BundleSelectionCommand {
  @Parameters(index = "0", paramLabel = "BUNDLE", description = "Its name, as list shows it.")
  String bundle = "";

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "MACHINE", description = "Names or ids.")
  List<String> machines = List.of();

  @Override
  int run() {
    PlanBundleResponse plan =
        controller()
            .call(
                "Bundles/PlanBundle",
                PlanBundleRequest.newBuilder()
                    .setName(bundle)
                    .setMachines(chosen(machines))
                    .build(),
                PlanBundleResponse.parser());
    if (format == Format.NAME) {
      for (MachinePlan machine : plan.getMachinesList()) {
        line(machine.getMachine());
      }
    } else if (!isPrinted(plan)) {
      BundlePlanPage.print(plan, terminal());
    }
    return ExitCode.DONE;
  }
}

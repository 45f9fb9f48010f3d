package io.coxswain.cli;

import io.coxswain.v1.ApplyClusterResponse;
import io.coxswain.v1.FieldChange;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code cox cluster plan}. */
@Command(
    name = "plan",
    header = "Show what cox cluster apply would change, field by field, and do nothing.",
    description = {"", "It ends with status 3 when a change cannot be made."},
    footer = {"", "Example:", "  cox cluster plan -f train.yaml"})
final class ClusterPlanCommand extends ClusterFileCommand {
  @Override
  int run() throws IOException {
    ApplyClusterResponse plan = plan(document());
    if (format == Format.NAME) {
      plan.getChangesList().forEach(change -> line(change.getField()));
    } else if (!isPrinted(plan)) {
      show(plan);
    }
    return plan.getChangesList().stream().allMatch(FieldChange::getPossible)
        ? ExitCode.DONE
        : ExitCode.REFUSED;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ListMachinesResponse;
import io.coxswain.v1.Machine;
import io.coxswain.v1.RepairAction;
import io.coxswain.v1.Verdict;
import java.time.Instant;
import picocli.CommandLine.Command;

/** {@code cox machine recommendations}. */
@Command(
    name = "recommendations",
    header = "List what would help machines that are not well. Nothing is done.",
    description = {
      "",
      "Actions, from the mildest to the dearest:",
      "  reset-gpu   the GPU is reset; needs the node without jobs",
      "  reboot      the machine is rebooted; needs the node without jobs",
      "  replace     another machine takes the instance's place",
      "  hardware    somebody opens the server, or the vendor takes it back"
    },
    footer = {
      "",
      "Examples:",
      "  cox machine recommendations",
      "  cox machine recommendations -l rack=a1 -o json | jq '.machines[].verdicts'"
    })
final class MachineRecommendationsCommand extends MachineSelectionCommand {
  @Override
  int run() {
    ListMachinesResponse answer = machines();
    ListMachinesResponse.Builder unwell = ListMachinesResponse.newBuilder();
    for (Machine machine : answer.getMachinesList()) {
      if (machine.getVerdictsList().stream().anyMatch(MachineRecommendationsCommand::isAdvice)) {
        unwell.addMachines(machine);
      }
    }
    if (format == Format.NAME) {
      unwell.getMachinesList().forEach(machine -> line(machine.getName()));
      return ExitCode.DONE;
    }
    return isPrinted(unwell.build())
        ? ExitCode.DONE
        : print(
            table(unwell),
            "nothing to recommend for " + Text.count(answer.getMachinesCount(), "machine"));
  }

  private Table table(ListMachinesResponse.Builder unwell) {
    Instant now = terminal().time().clock().instant();
    Table table = new Table("MACHINE", "INSTANCE", "ACTION", "CHECK", "SUBJECT", "FOR", "WHAT");
    for (Machine machine : unwell.getMachinesList()) {
      for (Verdict verdict : machine.getVerdictsList()) {
        if (isAdvice(verdict)) {
          table.add(
              machine.getName(),
              String.join(",", machine.getInstancesList()),
              action(verdict.getAction()),
              verdict.getCheck(),
              verdict.getSubject(),
              Text.age(verdict.getSince(), now),
              verdict.getMessage());
        }
      }
    }
    return table;
  }

  /** As the flag of repair takes it: "reset-gpu". */
  static String action(RepairAction action) {
    return Text.name(action).toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  private static boolean isAdvice(Verdict verdict) {
    return verdict.getSuppressed().isEmpty()
        && switch (verdict.getAction()) {
          case RESET_GPU, REBOOT, REPLACE, HARDWARE, UNRECOGNIZED -> true;
          case NO_REPAIR, REPAIR_ACTION_UNSPECIFIED -> false;
        };
  }
}

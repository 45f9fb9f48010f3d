package io.coxswain.cli;

import io.coxswain.v1.RepairAction;
import io.coxswain.v1.RepairMachineRequest;
import io.coxswain.v1.RepairMachineResponse;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine repair}. */
@Command(
    name = "repair",
    header = "Repair a machine without ending a job.",
    description = {
      "",
      "A cluster's node gets no new jobs, the running ones are awaited, the machine is repaired, the",
      "node is tested alone, and gets jobs again when it is well. The plan is shown first.",
      "",
      "replace gives the node's place to a free machine that fits, and keeps this one out of the pool",
      "until: cox machine clear MACHINE --quarantine"
    },
    footer = {
      "",
      "Examples:",
      "  cox machine recommendations                                     what would help",
      "  cox machine repair gpu07 --action reboot",
      "  cox machine repair gpu07 --action reset-gpu --gpu 0000:18:00.0",
      "  cox machine repair gpu07 --action replace                       a spare takes its place",
      "  cox machine repair gpu07 --action reboot --dry-run              only the plan"
    })
final class MachineRepairCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Option(
      names = "--action",
      required = true,
      paramLabel = "reset-gpu|reboot|replace",
      description = "What to do.",
      completionCandidates = Actions.class)
  String action = "";

  @Option(
      names = "--gpu",
      paramLabel = "PCI",
      description = "The GPU to reset: its PCI address, as recommendations shows it.")
  String gpu = "";

  @Option(
      names = "--force",
      description = "replace a machine that does not answer. Switch it off first.")
  boolean force;

  @Option(names = "--dry-run", description = "Show the plan and do nothing.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** What a controller can carry out. */
  static final class Actions implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return List.of("reset-gpu", "reboot", "replace").iterator();
    }
  }

  @Override
  int run() throws IOException {
    RepairMachineRequest.Builder request =
        RepairMachineRequest.newBuilder()
            .setName(machine)
            .setAction(wanted())
            .setSubject(gpu)
            .setForce(force);
    if (dryRun || !yes) {
      RepairMachineResponse plan = call(request.setValidateOnly(true));
      if (dryRun) {
        if (!isPrinted(plan, plan.getMachine().getName())) {
          show(plan);
        }
        return ExitCode.DONE;
      }
      show(plan);
      new Confirmation(terminal()).ask("This is what will be done to " + machine + ".", machine);
    }
    RepairMachineResponse answer = call(request.setValidateOnly(false));
    if (!isPrinted(answer, answer.getMachine().getName())) {
      line("machine " + answer.getMachine().getName() + " is being repaired; cox why " + machine);
    }
    return ExitCode.DONE;
  }

  private RepairMachineResponse call(RepairMachineRequest.Builder request) {
    return controller()
        .call("Machines/RepairMachine", request.build(), RepairMachineResponse.parser());
  }

  private void show(RepairMachineResponse plan) {
    for (int i = 0; i < plan.getPlanCount(); i++) {
      line((i + 1) + ". " + plan.getPlan(i));
    }
  }

  private RepairAction wanted() {
    return switch (action) {
      case "reset-gpu" -> RepairAction.RESET_GPU;
      case "reboot" -> RepairAction.REBOOT;
      case "replace" -> RepairAction.REPLACE;
      default ->
          throw CoxException.usage(
              "--action: '" + action + "' (expected: reset-gpu, reboot or replace)", "", "");
    };
  }
}

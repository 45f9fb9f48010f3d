package io.coxswain.cli;

import io.coxswain.v1.ListMachinesResponse;
import io.coxswain.v1.Machine;
import java.time.Instant;
import picocli.CommandLine.Command;

/** {@code cox machine list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List the machines that have an agent, as measured.",
    footer = {
      "",
      "Examples:",
      "  cox machine list",
      "  cox machine list -l rack=a1,gpu=H200     only machines with these labels",
      "  cox machine list -o wide                 serial, driver, labels, last seen"
    })
final class MachineListCommand extends MachineSelectionCommand {
  @Override
  int run() {
    ListMachinesResponse answer = machines();
    if (format == Format.NAME) {
      for (Machine machine : answer.getMachinesList()) {
        line(machine.getName());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer)
        ? ExitCode.DONE
        : print(
            table(answer),
            selector.isEmpty()
                ? "no machines (let one join: cox machine join-token)"
                : "no machines match");
  }

  private Table table(ListMachinesResponse answer) {
    boolean isWide = format == Format.WIDE;
    Instant now = terminal().time().clock().instant();
    Table table = isWide ? MachinePage.wideTable() : MachinePage.table();
    for (Machine machine : answer.getMachinesList()) {
      table.add(isWide ? MachinePage.wideRow(machine, now) : MachinePage.row(machine));
    }
    return table;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ClearMachineRequest;
import io.coxswain.v1.Machine;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine clear}. */
@Command(
    name = "clear",
    header = "Forget a fault that was mended, or put a machine back into the pool.",
    description = {
      "",
      "An event such as an Xid stays known until what clears it has happened, a reboot as a rule.",
      "When you have mended the card by other means, let the machine's agent forget it. What still",
      "holds is found again within seconds. It is written down who cleared what.",
      "",
      "A machine that was replaced, or that could not be cleaned, is kept out of the pool until",
      "--quarantine puts it back."
    },
    footer = {
      "",
      "Examples:",
      "  cox machine clear gpu07 --check xid-79",
      "  cox machine clear gpu07 --check xid-94 --gpu 0000:18:00.0",
      "  cox machine clear gpu07 --quarantine"
    })
final class MachineClearCommand extends PrintingCommand {
  @Parameters(paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @ArgGroup(multiplicity = "1")
  What what = new What();

  @Option(
      names = "--gpu",
      paramLabel = "PCI",
      description = "Of this GPU alone: its PCI address, as recommendations shows it.")
  String gpu = "";

  /** One of the two. */
  static final class What {
    @Option(
        names = "--check",
        paramLabel = "CHECK",
        description = "The fault to forget, as recommendations shows it: xid-79.")
    String check = "";

    @Option(names = "--quarantine", description = "Put the machine back into the pool.")
    boolean quarantine;
  }

  @Override
  int run() throws IOException {
    if (what.quarantine && !gpu.isEmpty()) {
      throw CoxException.usage("--gpu: '" + gpu + "' (expected: only with --check)", "", "");
    }
    ClearMachineRequest request =
        ClearMachineRequest.newBuilder()
            .setName(machine)
            .setCheck(what.check)
            .setSubject(gpu)
            .setQuarantine(what.quarantine)
            .build();
    Machine answer = controller().call("Machines/ClearMachine", request, Machine.parser());
    if (!isPrinted(answer, answer.getName())) {
      line(
          "machine "
              + answer.getName()
              + (what.quarantine
                  ? " is in the pool again"
                  : ": " + what.check + " is being forgotten; cox why " + answer.getName()));
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.PowerMachineRequest;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox machine power}. */
@Command(
    name = "power",
    header = "Read a machine's power, or switch it, through its management controller.",
    description = {
      "",
      "off and cycle ask the operating system to shut down first, and wait for it; --force cuts the",
      "power. A machine that a cluster uses is refused: stop its instance, so that its jobs end.",
      "The power is read back before the command says that it is done."
    },
    footer = {
      "",
      "Examples:",
      "  cox machine power gpu07                 what it is",
      "  cox machine power gpu07 off",
      "  cox machine power gpu07 off --force     it hangs, or does not shut down",
      "  cox machine power gpu07 on"
    })
final class MachinePowerCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "MACHINE", description = "Name or id.")
  String machine = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "status|on|off|cycle",
      description = "What to do; status unless given.",
      completionCandidates = Actions.class)
  String action = "status";

  @Option(names = "--force", description = "With off and cycle, cut the power.")
  boolean force;

  @Option(names = "--no-wait", description = "Do not wait for the end.")
  boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      description = "Wait at most this long: 90s, 10m, 2h.")
  String timeout = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** What a controller can carry out. */
  static final class Actions implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return List.of("status", "on", "off", "cycle").iterator();
    }
  }

  @Override
  int run() throws IOException {
    PowerMachineRequest.Action wanted = wanted();
    boolean isCut =
        wanted == PowerMachineRequest.Action.POWER_OFF
            || wanted == PowerMachineRequest.Action.POWER_CYCLE;
    if (force && !isCut) {
      throw CoxException.usage("--force: only with off and cycle", "", "");
    }
    Waiting waiting = Waiting.of(!noWait, timeout);
    if (isCut && !yes) {
      new Confirmation(terminal())
          .ask(
              force
                  ? "The power of " + machine + " is cut; what runs there is lost."
                  : machine + " is shut down.",
              machine);
    }
    Operation operation =
        controller()
            .call(
                "Power/PowerMachine",
                PowerMachineRequest.newBuilder()
                    .setMachine(machine)
                    .setAction(wanted)
                    .setForce(force)
                    .setRequestId(UUID.randomUUID().toString())
                    .build(),
                Operation.parser());
    return waiting.isWanted() ? await(operation, waiting) : tell(operation);
  }

  private int await(Operation operation, Waiting waiting) {
    OperationUpdate end =
        Watch.toTheEnd(controller(), terminal(), operation.getId(), waiting.limit());
    boolean isPrinted = isPrinted(end.getOperation(), end.getOperation().getId());
    OperationEnd.check(end);
    if (!isPrinted) {
      line(end.getOperation().getMessage());
    }
    return ExitCode.DONE;
  }

  private int tell(Operation operation) {
    if (!isPrinted(operation, operation.getId())) {
      line("follow it: cox operation watch " + operation.getId());
    }
    return ExitCode.DONE;
  }

  private PowerMachineRequest.Action wanted() {
    return switch (action) {
      case "status" -> PowerMachineRequest.Action.STATUS;
      case "on" -> PowerMachineRequest.Action.POWER_ON;
      case "off" -> PowerMachineRequest.Action.POWER_OFF;
      case "cycle" -> PowerMachineRequest.Action.POWER_CYCLE;
      default ->
          throw CoxException.usage(
              "'" + action + "' (expected: status, on, off or cycle)", "action", "");
    };
  }
}

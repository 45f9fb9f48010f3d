package io.coxswain.cli;

import io.coxswain.v1.GetRollRequest;
import io.coxswain.v1.ListRollsRequest;
import io.coxswain.v1.ListRollsResponse;
import io.coxswain.v1.Roll;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox bundle status}. */
@Command(
    name = "status",
    header = "Show how far bundles are that were sent on their way.",
    footer = {
      "",
      "Examples:",
      "  cox bundle status                 all of them, the newest first",
      "  cox bundle status op-31f0         one of them, machine by machine"
    })
final class BundleStatusCommand extends PrintingCommand {
  @Parameters(arity = "0..1", paramLabel = "OPERATION", description = "Its id.")
  String operation = "";

  @Override
  int run() {
    if (!operation.isEmpty()) {
      Roll roll =
          controller()
              .call(
                  "Bundles/GetRoll",
                  GetRollRequest.newBuilder().setOperation(operation).build(),
                  Roll.parser());
      if (!isPrinted(roll, roll.getOperation())) {
        BundlePage.print(roll, terminal());
      }
      return ExitCode.DONE;
    }
    ListRollsResponse answer =
        controller()
            .call(
                "Bundles/ListRolls",
                ListRollsRequest.getDefaultInstance(),
                ListRollsResponse.parser());
    if (format == Format.NAME) {
      for (Roll roll : answer.getRollsList()) {
        line(roll.getOperation());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer)
        ? ExitCode.DONE
        : print(
            BundlePage.table(answer, terminal().time().clock().instant()),
            "no bundle was sent on its way (cox bundle apply)");
  }
}

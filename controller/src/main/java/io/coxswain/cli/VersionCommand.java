package io.coxswain.cli;

import io.coxswain.v1.GetVersionRequest;
import io.coxswain.v1.GetVersionResponse;
import picocli.CommandLine.Command;

/** {@code cox version}. */
@Command(
    name = "version",
    header = "Show the version of cox and of the controller.",
    footer = {"", "Example:", "  cox version"})
final class VersionCommand extends CoxCommand {
  static final String VERSION = "0.1.0";

  private boolean isAlone;

  /** What {@code cox --version} does: asks no controller. */
  static VersionCommand alone() {
    VersionCommand command = new VersionCommand();
    command.isAlone = true;
    return command;
  }

  @Override
  int run() {
    if (isAlone) {
      terminal().out().println("cox " + VERSION);
      return ExitCode.DONE;
    }
    terminal().out().println("cox         " + VERSION);
    try {
      GetVersionResponse answer =
          controller()
              .call(
                  "Clusters/GetVersion",
                  GetVersionRequest.getDefaultInstance(),
                  GetVersionResponse.parser());
      terminal().out().println("controller  " + Text.clean(answer.getVersion()));
      terminal().out().println("ca pin      " + Text.clean(answer.getCaPin()));
    } catch (CoxException e) {
      // The version of cox is an answer by itself, with or without a controller.
      terminal().out().flush();
      terminal()
          .err()
          .println("controller  not reached: " + Text.clean(String.valueOf(e.getMessage())));
    }
    return ExitCode.DONE;
  }
}

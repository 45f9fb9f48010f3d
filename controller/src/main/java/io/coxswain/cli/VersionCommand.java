package io.coxswain.cli;

import io.coxswain.v1.GetVersionRequest;
import io.coxswain.v1.GetVersionResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code cox version}. */
@Command(
    name = "version",
    header = "Show the version of cox and of the controller.",
    footer = {"", "Examples:", "  cox version", "  cox version -o json"})
final class VersionCommand extends PrintingCommand {
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
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("cox", VERSION);
    String absent = "";
    try {
      GetVersionResponse answer =
          controller()
              .call(
                  "Clusters/GetVersion",
                  GetVersionRequest.getDefaultInstance(),
                  GetVersionResponse.parser());
      versions.put("controller", answer.getVersion());
      versions.put("caPin", answer.getCaPin());
    } catch (CoxException e) {
      // The version of cox is an answer by itself, with or without a controller.
      absent = String.valueOf(e.getMessage());
    }
    print(versions);
    if (!absent.isEmpty()) {
      terminal().out().flush();
      terminal().err().println("controller  not reached: " + Text.clean(absent));
    }
    return ExitCode.DONE;
  }

  private void print(Map<String, Object> versions) {
    switch (format) {
      case JSON -> terminal().out().print(JsonText.of(versions));
      case YAML -> terminal().out().print(YamlText.of(versions));
      case NAME -> line(VERSION);
      case TABLE, WIDE -> {
        line("cox         " + VERSION);
        if (versions.containsKey("controller")) {
          line("controller  " + versions.get("controller"));
          line("ca pin      " + versions.get("caPin"));
        }
      }
    }
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ExplainRequest;
import io.coxswain.v1.ExplainResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox why}. */
@Command(
    name = "why",
    header =
        "Say in a few lines why a cluster, an instance or a machine is as it is, and what to do.",
    footer = {"", "Examples:", "  cox why c-7f3a", "  cox why c-7f3a-1", "  cox why gpu07"})
final class WhyCommand extends PrintingCommand {
  @Parameters(paramLabel = "NAME", description = "A cluster, an instance or a machine.")
  String name = "";

  @Override
  int run() {
    ExplainResponse answer =
        controller()
            .call(
                "Clusters/Explain",
                ExplainRequest.newBuilder().setName(name).build(),
                ExplainResponse.parser());
    if (!isPrinted(answer, name)) {
      for (String line : answer.getLinesList()) {
        line(line);
      }
    }
    return ExitCode.DONE;
  }
}

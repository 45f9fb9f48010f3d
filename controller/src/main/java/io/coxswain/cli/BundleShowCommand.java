package io.coxswain.cli;

import io.coxswain.v1.Bundle;
import io.coxswain.v1.GetBundleRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox bundle show}. */
@Command(
    name = "show",
    header = "Show one bundle: what each distribution gets, and what is missing.",
    description = {
      "",
      "{prefix} stands for the beginning of the driver's version, {kernel} for the running kernel,",
      "{distribution} for the machine's. Extras come only to machines that need them."
    },
    footer = {
      "",
      "Examples:",
      "  cox bundle show nvidia-580-open",
      "  cox bundle show nvidia-580-open -o json | jq '.rows[].packages'"
    })
final class BundleShowCommand extends PrintingCommand {
  @Parameters(paramLabel = "BUNDLE", description = "Its name, as list shows it.")
  String bundle = "";

  @Override
  int run() {
    Bundle answer =
        controller()
            .call(
                "Bundles/GetBundle",
                GetBundleRequest.newBuilder().setName(bundle).build(),
                Bundle.parser());
    if (!isPrinted(answer, answer.getName())) {
      BundlePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.Bundle;
import io.coxswain.v1.ListBundlesRequest;
import io.coxswain.v1.ListBundlesResponse;
import picocli.CommandLine.Command;

/** {@code cox bundle list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List the driver bundles: what there is, for which distributions.",
    description = {
      "",
      "A bundle is a driver with all that belongs to it, as one thing with a name and a version.",
      "The controller brings some; a site adds its own in /etc/coxswain/bundles.d."
    },
    footer = {
      "",
      "Examples:",
      "  cox bundle list",
      "  cox bundle list -o wide           what each is for, and where it comes from"
    })
final class BundleListCommand extends PrintingCommand {
  @Override
  int run() {
    ListBundlesResponse answer =
        controller()
            .call(
                "Bundles/ListBundles",
                ListBundlesRequest.getDefaultInstance(),
                ListBundlesResponse.parser());
    if (!answer.getRefusal().isEmpty()) {
      terminal()
          .err()
          .println(
              "warning: "
                  + Text.clean(answer.getRefusal())
                  + " (the bundles of before stay in force)");
    }
    if (format == Format.NAME) {
      for (Bundle bundle : answer.getBundlesList()) {
        line(bundle.getName());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer)
        ? ExitCode.DONE
        : print(BundlePage.table(answer, format == Format.WIDE), "no bundles");
  }
}

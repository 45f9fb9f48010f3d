package io.coxswain.cli;

import io.coxswain.v1.RemoveImageRequest;
import io.coxswain.v1.RemoveImageResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox image remove}. */
@Command(
    name = "remove",
    aliases = "rm",
    header = "Take a container image out of the catalogue, and its archive off the disk.",
    description = "Refused while a cluster has it.",
    footer = {"", "Examples:", "  cox image remove torch", "  cox image remove torch --yes"})
final class ImageRemoveCommand extends PrintingCommand {
  @Parameters(paramLabel = "IMAGE", description = "Its name.")
  String image = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Override
  int run() throws IOException {
    if (!yes) {
      new Confirmation(terminal()).ask("This removes image " + image + ".", image);
    }
    RemoveImageResponse answer =
        controller()
            .callOnce(
                "Images/RemoveImage",
                RemoveImageRequest.newBuilder().setName(image).build(),
                RemoveImageResponse.parser());
    if (!isPrinted(answer, image)) {
      line("image " + image + " is gone");
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.GetImageRequest;
import io.coxswain.v1.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox image info}. */
@Command(
    name = "info",
    header = "Show one container image.",
    footer = {"", "Examples:", "  cox image info torch", "  cox image info torch -o yaml"})
final class ImageInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "IMAGE", description = "Its name.")
  String image = "";

  @Override
  int run() {
    Image answer =
        controller()
            .call(
                "Images/GetImage",
                GetImageRequest.newBuilder().setName(image).build(),
                Image.parser());
    if (!isPrinted(answer, answer.getName())) {
      ImagePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }
}

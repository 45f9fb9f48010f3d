package io.coxswain.cli;

import io.coxswain.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox image import}. */
@Command(
    name = "import",
    header = "Bring a container image into the catalogue.",
    description =
        "Takes a tar file as podman save --format oci-archive, skopeo copy ... oci-archive: or docker"
            + " save write it. What is cut half-way leaves nothing.",
    footer = {
      "",
      "Examples:",
      "  cox image import torch torch.tar",
      "  cox image import torch torch.tar --digest sha256:9f86d0818…"
    })
final class ImageImportCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "A name for it.")
  String image = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The archive.")
  String file = "";

  @Option(
      names = "--digest",
      paramLabel = "SHA256",
      description = "Refuse it unless the file has this digest: sha256:…")
  String digest = "";

  @Override
  int run() throws IOException {
    Path path = Path.of(file);
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw CoxException.usage(file + ": no file that can be read (expected: a tar file)", "", "");
    }
    Image answer;
    try (ArchiveParts parts = ArchiveParts.of(path, image, digest)) {
      answer = controller().upload("Images/ImportImage", parts, Image.parser());
    }
    if (!isPrinted(answer, answer.getName())) {
      line("image " + answer.getName() + " " + answer.getDigest());
    }
    return ExitCode.DONE;
  }
}

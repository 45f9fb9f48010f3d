package io.coxswain.cli;

import io.coxswain.v1.Image;
import io.coxswain.v1.ListImagesRequest;
import io.coxswain.v1.ListImagesResponse;
import picocli.CommandLine.Command;

/** {@code cox image list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List container images and the clusters that have them.",
    footer = {"", "Examples:", "  cox image list", "  cox image list -o json"})
final class ImageListCommand extends PrintingCommand {
  @Override
  int run() {
    ListImagesResponse answer =
        controller()
            .call(
                "Images/ListImages",
                ListImagesRequest.getDefaultInstance(),
                ListImagesResponse.parser());
    if (format == Format.NAME) {
      answer.getImagesList().forEach(image -> line(image.getName()));
      return ExitCode.DONE;
    }
    if (isPrinted(answer)) {
      return ExitCode.DONE;
    }
    Table table = new Table("IMAGE", "KIND", "DIGEST", "SIZE", "CREATED", "BY", "CLUSTERS");
    for (Image image : answer.getImagesList()) {
      table.add(
          image.getName(),
          image.getKind().name(),
          ImagePage.shortDigest(image),
          ImagePage.size(image.getSizeBytes()),
          Text.moment(image.getCreatedAt()),
          image.getCreatedBy(),
          String.join(",", image.getClustersList()));
    }
    return print(table, "no images (bring one: cox image import NAME FILE.tar)");
  }
}

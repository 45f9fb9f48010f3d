package io.coxswain.cli;

import io.coxswain.v1.Attachment;
import io.coxswain.v1.ListVolumesRequest;
import io.coxswain.v1.ListVolumesResponse;
import io.coxswain.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code cox storage list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List volumes and the clusters that have them.",
    footer = {"", "Examples:", "  cox storage list", "  cox storage list -o json"})
final class StorageListCommand extends PrintingCommand {
  @Override
  int run() {
    ListVolumesResponse answer =
        controller()
            .call(
                "Volumes/ListVolumes",
                ListVolumesRequest.getDefaultInstance(),
                ListVolumesResponse.parser());
    if (format == Format.NAME) {
      answer.getVolumesList().forEach(volume -> line(volume.getName()));
      return ExitCode.DONE;
    }
    if (isPrinted(answer)) {
      return ExitCode.DONE;
    }
    Table table = new Table("VOLUME", "TYPE", "SOURCE", "SIZE", "PROTECTED", "HOME", "CLUSTERS");
    for (Volume volume : answer.getVolumesList()) {
      List<String> clusters = new ArrayList<>();
      for (Attachment attachment : volume.getAttachmentsList()) {
        clusters.add(attachment.getClusterId());
      }
      table.add(
          volume.getName(),
          VolumeTypes.word(volume.getType()),
          volume.getSource(),
          volume.getSizeGib() == 0 ? "" : volume.getSizeGib() + " GiB",
          volume.getDeletionProtection() ? "yes" : "no",
          volume.getHome() ? "yes" : "no",
          String.join(",", clusters));
    }
    return print(
        table, "no volumes (register one: cox storage create VOLUME --type TYPE --source SOURCE)");
  }
}

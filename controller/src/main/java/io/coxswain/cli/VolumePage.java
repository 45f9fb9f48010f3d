package io.coxswain.cli;

import io.coxswain.v1.Attachment;
import io.coxswain.v1.Mount;
import io.coxswain.v1.TestResult;
import io.coxswain.v1.Volume;
import io.coxswain.v1.VolumeTest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Volumes, where they are mounted and what they reach, as people read them. */
final class VolumePage {
  private VolumePage() {}

  static void print(Volume volume, Terminal terminal) {
    Page page =
        new Page(terminal)
            .fact("volume", volume.getName())
            .fact("type", VolumeTypes.word(volume.getType()))
            .fact("source", volume.getSource())
            .fact("options", volume.getOptions())
            .fact("size", size(volume))
            .fact("protected", volume.getDeletionProtection() ? "from deletion" : "no")
            .fact("homes", volume.getHome() ? "of clusters' users are on it" : "")
            .fact(
                "created",
                Text.isSet(volume.getCreatedAt())
                    ? Text.moment(volume.getCreatedAt()) + " by " + volume.getCreatedBy()
                    : "");
    if (volume.getAttachmentsList().isEmpty()) {
      page.fact("attached", "to no cluster");
    }
    page.flush();
    for (Attachment attachment : volume.getAttachmentsList()) {
      page.heading(
          attachment.getClusterId() + ": " + attachment.getState() + " at " + attachment.getPath());
      page.table(mounts(attachment));
    }
  }

  /** The lines of a cluster's page. */
  static List<String> lines(List<Attachment> attachments) {
    List<String> lines = new ArrayList<>();
    for (Attachment attachment : attachments) {
      lines.add(
          attachment.getVolume()
              + " at "
              + attachment.getPath()
              + ", "
              + attachment.getState()
              + counts(attachment));
      for (Mount mount : attachment.getMountsList()) {
        boolean isTrouble =
            mount.getState() == Mount.State.STALE || mount.getState() == Mount.State.MOUNT_FAILED;
        if (isTrouble) {
          lines.add("  " + mount.getInstance() + " " + state(mount) + ": " + mount.getDetail());
        }
      }
    }
    return lines;
  }

  // " (3 MOUNTED, 1 STALE)"
  private static String counts(Attachment attachment) {
    Map<Mount.State, Integer> counts = new EnumMap<>(Mount.State.class);
    attachment.getMountsList().forEach(mount -> counts.merge(mount.getState(), 1, Integer::sum));
    List<String> words = new ArrayList<>();
    counts.forEach((state, count) -> words.add(count + " " + word(state)));
    return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
  }

  private static Table mounts(Attachment attachment) {
    Table table = new Table("INSTANCE", "STATE", "DETAIL");
    for (Mount mount : attachment.getMountsList()) {
      table.add(mount.getInstance(), state(mount), mount.getDetail());
    }
    return table;
  }

  private static String state(Mount mount) {
    return word(mount.getState());
  }

  private static String word(Mount.State state) {
    return state == Mount.State.MOUNT_FAILED ? "FAILED" : state.name();
  }

  private static String size(Volume volume) {
    return volume.getSizeGib() == 0
        ? ""
        : volume.getSizeGib()
            + " GiB"
            + (volume.getIsSizeEnforced() ? "" : ", written down and enforced by nobody here");
  }

  static void print(VolumeTest test, Terminal terminal) {
    Page page =
        new Page(terminal)
            .fact("test", test.getOperation().getId())
            .fact("volume", test.getVolume())
            .fact("cluster", test.getClusterId())
            .fact("state", OperationPage.state(test.getOperation()))
            .fact("message", test.getOperation().getMessage());
    Table table = new Table("NODE", "TEST", "RESULT", "UNIT", "DETAIL");
    for (TestResult result : test.getResultsList()) {
      table.add(
          result.getNode(),
          result.getKind(),
          TestPage.value(result),
          result.getUnit(),
          result.getDetail());
    }
    page.table(table).flush();
  }
}

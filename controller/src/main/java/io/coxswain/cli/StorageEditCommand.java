package io.coxswain.cli;

import io.coxswain.v1.EditVolumeRequest;
import io.coxswain.v1.Volume;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox storage edit}. */
@Command(
    name = "edit",
    header = "Change a volume's size, protection, or whether homes are on it.",
    description = {"", "What is mounted and how cannot change: register another volume for that."},
    footer = {
      "",
      "Examples:",
      "  cox storage edit data --size 20480",
      "  cox storage edit homes --no-deletion-protection",
      "  cox storage edit homes --home"
    })
final class StorageEditCommand extends PrintingCommand {
  @Parameters(paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Option(names = "--size", paramLabel = "GIB", description = "How large it may be; 0: not said.")
  @Nullable Long size;

  @Option(
      names = "--deletion-protection",
      negatable = true,
      description = "Refuse to take it off the list, or allow it again.")
  @Nullable Boolean deletionProtection;

  @Option(
      names = "--home",
      negatable = true,
      description = "Homes of clusters' users are on it, or no longer. While no cluster has it.")
  @Nullable Boolean home;

  @Override
  int run() {
    if (size == null && deletionProtection == null && home == null) {
      throw CoxException.usage(
          "nothing to change (expected: --size, --[no-]deletion-protection or --[no-]home)",
          "",
          "cox storage edit --help");
    }
    if (size != null && size < 0) {
      throw CoxException.usage("--size: " + size + " (expected: a number of GiB)", "", "");
    }
    EditVolumeRequest.Builder request = EditVolumeRequest.newBuilder().setName(volume);
    if (size != null) {
      request.setSizeGib(size);
    }
    if (deletionProtection != null) {
      request.setDeletionProtection(deletionProtection);
    }
    if (home != null) {
      request.setHome(home);
    }
    Volume answer = controller().call("Volumes/EditVolume", request.build(), Volume.parser());
    if (!isPrinted(answer, answer.getName())) {
      VolumePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.cli;

import io.coxswain.v1.DestroyVolumeRequest;
import io.coxswain.v1.DestroyVolumeResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox storage destroy}. */
@Command(
    name = "destroy",
    aliases = "rm",
    header = "Take a volume off the list. Its data stay as they are.",
    description = "Refused while a cluster has it, or while it is protected from deletion.",
    footer = {"", "Examples:", "  cox storage destroy data", "  cox storage destroy data --yes"})
final class StorageDestroyCommand extends PrintingCommand {
  @Parameters(paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Override
  int run() throws IOException {
    if (!yes) {
      new Confirmation(terminal())
          .ask("This takes volume " + volume + " off the list; its data stay.", volume);
    }
    DestroyVolumeResponse answer =
        controller()
            .callOnce(
                "Volumes/DestroyVolume",
                DestroyVolumeRequest.newBuilder().setName(volume).build(),
                DestroyVolumeResponse.parser());
    if (!isPrinted(answer, volume)) {
      line("volume " + volume + " is off the list; its data are as they were");
    }
    return ExitCode.DONE;
  }
}

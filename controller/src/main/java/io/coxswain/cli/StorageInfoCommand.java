package io.coxswain.cli;

import io.coxswain.v1.GetVolumeRequest;
import io.coxswain.v1.Volume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox storage info}. */
@Command(
    name = "info",
    header = "Show one volume: which clusters have it, and how it stands on each machine.",
    footer = {"", "Examples:", "  cox storage info data", "  cox storage info data -o yaml"})
final class StorageInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Override
  int run() {
    Volume answer = get(controller(), volume);
    if (!isPrinted(answer, answer.getName())) {
      VolumePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }

  static Volume get(Controller controller, String name) {
    return controller.call(
        "Volumes/GetVolume", GetVolumeRequest.newBuilder().setName(name).build(), Volume.parser());
  }
}

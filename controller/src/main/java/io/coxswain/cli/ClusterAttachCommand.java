package io.coxswain.cli;

import io.coxswain.v1.AttachVolumeRequest;
import io.coxswain.v1.Operation;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster attach}. */
@Command(
    name = "attach",
    header = "Mount a volume on all machines of a cluster. Jobs go on.",
    description = {
      "",
      "Each machine proves it by a file that it writes and reads. Where one cannot mount it, all give",
      "it back. A machine that joins later, or does not answer now, gets it then."
    },
    footer = {
      "",
      "Examples:",
      "  cox cluster attach c-7f3a data --wait",
      "  cox cluster attach c-7f3a data --path /data --wait --timeout 1m"
    })
final class ClusterAttachCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(index = "1", paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "Where it is mounted. Default: /mnt/ and its name.")
  String path = "";

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    Operation operation =
        controller()
            .call(
                "Volumes/AttachVolume",
                AttachVolumeRequest.newBuilder()
                    .setCluster(cluster)
                    .setVolume(volume)
                    .setPath(path)
                    .setRequestId(UUID.randomUUID().toString())
                    .build(),
                Operation.parser());
    return OperationEnd.begun(
        this,
        operation,
        waiting,
        "volume " + volume + " is being mounted on " + operation.getClusterId());
  }
}

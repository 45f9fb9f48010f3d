package io.coxswain.cli;

import io.coxswain.v1.DetachVolumeRequest;
import io.coxswain.v1.Operation;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster detach}. */
@Command(
    name = "detach",
    header = "Unmount a volume from all machines of a cluster. Its data stay.",
    description = {
      "",
      "Refused while jobs or others have files of it open; they are named. One whose server is dead is",
      "taken out of the machines' trees without asking it."
    },
    footer = {
      "",
      "Examples:",
      "  cox cluster detach c-7f3a data --wait",
      "  cox cluster detach c-7f3a data --force --wait     open files give errors from then on"
    })
final class ClusterDetachCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(index = "1", paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Option(names = "--force", description = "Though files are open.")
  boolean force;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    Operation operation =
        controller()
            .call(
                "Volumes/DetachVolume",
                DetachVolumeRequest.newBuilder()
                    .setCluster(cluster)
                    .setVolume(volume)
                    .setForce(force)
                    .setRequestId(UUID.randomUUID().toString())
                    .build(),
                Operation.parser());
    return OperationEnd.begun(
        this,
        operation,
        waiting,
        "volume " + volume + " is being unmounted from " + operation.getClusterId());
  }
}

package io.coxswain.cli;

import io.coxswain.v1.GetVolumeTestRequest;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.StartVolumeTestRequest;
import io.coxswain.v1.VolumeTest;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox storage test}. */
@Command(
    name = "test",
    header = "Measure how fast each node of a cluster writes and reads on a volume.",
    description = {
      "",
      "Each node writes 64 MiB of noise with fsync, reads them again through the network, and removes",
      "the file; as root, or as the cluster's user where root may not. All nodes do so at once, and",
      "jobs that use the volume share it with the test."
    },
    footer = {
      "",
      "Examples:",
      "  cox storage test data --wait",
      "  cox storage test data --cluster c-7f3a --wait -o json"
    })
final class StorageTestCommand extends PrintingCommand {
  @Parameters(paramLabel = "VOLUME", description = "Its name.")
  String volume = "";

  @Option(
      names = "--cluster",
      paramLabel = "CLUSTER",
      description = "Whose nodes. Default: the one cluster that has it.")
  String cluster = "";

  @Option(
      names = "--results",
      paramLabel = "OPERATION",
      description = "Show what that test measured; start none.")
  String results = "";

  @Option(names = "--wait", description = "Wait for the end and show the results.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    if (!results.isEmpty()) {
      if (wait || !cluster.isEmpty()) {
        throw CoxException.usage(
            "--results: shows what there is, and takes no other option", "", "");
      }
      return show(results);
    }
    Operation operation =
        controller()
            .call(
                "Volumes/StartVolumeTest",
                StartVolumeTestRequest.newBuilder()
                    .setVolume(volume)
                    .setCluster(cluster)
                    .setRequestId(UUID.randomUUID().toString())
                    .build(),
                Operation.parser());
    if (waiting.isWanted()) {
      OperationUpdate end =
          Watch.toTheEnd(controller(), terminal(), operation.getId(), waiting.limit());
      // Also of a test that failed on one node, the others' results count.
      int code = show(operation.getId());
      OperationEnd.check(end);
      return code;
    }
    if (!isPrinted(operation, operation.getId())) {
      line("volume " + volume + " is being measured by the nodes of " + operation.getClusterId());
      line("follow it: cox operation watch " + operation.getId());
      line("results:   cox storage test " + volume + " --results " + operation.getId());
    }
    return ExitCode.DONE;
  }

  private int show(String operation) {
    VolumeTest test =
        controller()
            .call(
                "Volumes/GetVolumeTest",
                GetVolumeTestRequest.newBuilder().setOperation(operation).build(),
                VolumeTest.parser());
    if (!isPrinted(test, operation)) {
      VolumePage.print(test, terminal());
    }
    return ExitCode.DONE;
  }
}

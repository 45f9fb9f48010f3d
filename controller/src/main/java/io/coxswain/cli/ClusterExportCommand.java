package io.coxswain.cli;

import io.coxswain.v1.ExportClusterRequest;
import io.coxswain.v1.ExportClusterResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox cluster export}. */
@Command(
    name = "export",
    header = "Print a cluster as the file that cox cluster apply takes.",
    footer = {"", "Example:", "  cox cluster export train > train.yaml"})
final class ClusterExportCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Override
  int run() {
    ExportClusterResponse answer =
        controller()
            .call(
                "Clusters/ExportCluster",
                ExportClusterRequest.newBuilder().setName(cluster).build(),
                ExportClusterResponse.parser());
    if (!isPrinted(answer, cluster)) {
      terminal().out().print(answer.getDocument());
    }
    return ExitCode.DONE;
  }
}

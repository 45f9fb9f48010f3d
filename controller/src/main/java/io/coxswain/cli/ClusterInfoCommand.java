package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.GetClusterRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox cluster info}. */
@Command(
    name = "info",
    header =
        "Show one cluster: its instances on all four axes, and what its acceptance check measured.",
    footer = {"", "Examples:", "  cox cluster info c-7f3a", "  cox cluster info train -o yaml"})
final class ClusterInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Override
  int run() {
    Cluster answer = get(controller(), cluster);
    if (!isPrinted(answer, answer.getId())) {
      ClusterPage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }

  static Cluster get(Controller controller, String name) {
    return controller.call(
        "Clusters/GetCluster",
        GetClusterRequest.newBuilder().setName(name).build(),
        Cluster.parser());
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ListNodepoolsRequest;
import io.coxswain.v1.ListNodepoolsResponse;
import io.coxswain.v1.Nodepool;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox nodepool list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List the nodepools of a cluster.",
    footer = {"", "Examples:", "  cox nodepool list train", "  cox nodepool list train -o json"})
final class NodepoolListCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Override
  int run() {
    ListNodepoolsResponse answer = list(controller(), cluster);
    if (format == Format.NAME) {
      answer.getNodepoolsList().forEach(pool -> line(pool.getName()));
      return ExitCode.DONE;
    }
    if (isPrinted(answer)) {
      return ExitCode.DONE;
    }
    Table table =
        new Table("NODEPOOL", "SHAPE", "MIN", "MAX", "RUNNING", "ASLEEP", "DEFAULT", "DESCRIPTION");
    for (Nodepool pool : answer.getNodepoolsList()) {
      table.add(
          pool.getName() + (pool.getEnding() ? " (being deleted)" : ""),
          pool.getShape(),
          Integer.toString(pool.getMin()),
          Integer.toString(pool.getMax()),
          Integer.toString(pool.getRunning()),
          Integer.toString(pool.getAsleep()),
          pool.getIsDefault() ? "yes" : "no",
          pool.getDescription());
    }
    return print(table, "no nodepools");
  }

  static ListNodepoolsResponse list(Controller controller, String cluster) {
    return controller.call(
        "Nodepools/ListNodepools",
        ListNodepoolsRequest.newBuilder().setCluster(cluster).build(),
        ListNodepoolsResponse.parser());
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ListNodepoolsResponse;
import io.coxswain.v1.Nodepool;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox nodepool info}. */
@Command(
    name = "info",
    header = "Show a nodepool of a cluster.",
    footer = {"", "Example:", "  cox nodepool info train main"})
final class NodepoolInfoCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(index = "1", paramLabel = "NODEPOOL", description = "Its name.")
  String nodepool = "";

  @Override
  int run() {
    ListNodepoolsResponse all = NodepoolListCommand.list(controller(), cluster);
    Nodepool pool =
        all.getNodepoolsList().stream()
            .filter(each -> each.getName().equals(nodepool))
            .findFirst()
            .orElseThrow(
                () ->
                    CoxException.refused(
                        "nodepool '%s': cluster %s has %s"
                            .formatted(
                                nodepool,
                                cluster,
                                all.getNodepoolsList().stream()
                                    .map(Nodepool::getName)
                                    .collect(Collectors.joining(", "))),
                        "cox nodepool list " + cluster));
    if (!isPrinted(pool, pool.getName())) {
      NodepoolPage.print(pool, terminal());
    }
    return ExitCode.DONE;
  }
}

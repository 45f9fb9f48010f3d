package io.coxswain.cli;

import io.coxswain.v1.DeleteNodepoolRequest;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox nodepool delete}. */
@Command(
    name = "delete",
    aliases = "rm",
    header = "Take a nodepool out of its cluster.",
    description = {
      "",
      "Its nodes get no new jobs, the running ones end by themselves, the machines are cleaned and",
      "free again; then the partition goes."
    },
    footer = {"", "Example:", "  cox nodepool delete train burst --yes --wait"})
final class NodepoolDeleteCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(index = "1", paramLabel = "NODEPOOL", description = "Its name.")
  String nodepool = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--dry-run", description = "Show what comes and goes, and do nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() throws IOException {
    Waiting waiting = limit.waiting(wait);
    if (!yes && !dryRun) {
      ScalePage.lines(change(true).call()).forEach(this::line);
      new Confirmation(terminal())
          .ask("Nodepool " + nodepool + " leaves cluster " + cluster + ".", nodepool);
    }
    return change(dryRun).run(waiting, "nodepool " + nodepool + " is being deleted");
  }

  private NodepoolChange change(boolean isDryRun) {
    DeleteNodepoolRequest request =
        DeleteNodepoolRequest.newBuilder()
            .setCluster(cluster)
            .setName(nodepool)
            .setRequestId(UUID.randomUUID().toString())
            .setDryRun(isDryRun)
            .build();
    return new NodepoolChange(this, "Nodepools/DeleteNodepool", request, isDryRun);
  }
}

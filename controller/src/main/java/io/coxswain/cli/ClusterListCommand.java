package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.ListClustersRequest;
import io.coxswain.v1.ListClustersResponse;
import java.time.Instant;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cox cluster list}. */
@Command(
    name = "list",
    aliases = "ls",
    header = "List clusters.",
    footer = {
      "",
      "Examples:",
      "  cox cluster list",
      "  cox cluster list --all -o wide       also destroyed ones, more columns",
      "  cox cluster list -o json | jq -r '.clusters[].id'"
    })
final class ClusterListCommand extends PrintingCommand {
  @Option(
      names = {"-a", "--all"},
      description = "Also clusters that were destroyed.")
  boolean all;

  @Override
  int run() {
    ListClustersResponse answer =
        controller()
            .call(
                "Clusters/ListClusters",
                ListClustersRequest.newBuilder().setAll(all).build(),
                ListClustersResponse.parser());
    if (format == Format.NAME) {
      for (Cluster cluster : answer.getClustersList()) {
        line(cluster.getId());
      }
      return ExitCode.DONE;
    }
    return isPrinted(answer)
        ? ExitCode.DONE
        : print(
            format == Format.WIDE ? wideTable(answer) : table(answer),
            "no clusters (make one: cox cluster create SHAPE -n NODES)");
  }

  private Table table(ListClustersResponse answer) {
    Instant now = terminal().time().clock().instant();
    Table table = new Table("ID", "NAME", "STATUS", "SHAPE", "NODES", "USABLE", "AGE");
    for (Cluster cluster : answer.getClustersList()) {
      table.add(row(cluster, now));
    }
    return table;
  }

  private Table wideTable(ListClustersResponse answer) {
    Instant now = terminal().time().clock().instant();
    Table table =
        new Table(
            "ID",
            "NAME",
            "STATUS",
            "SHAPE",
            "NODES",
            "USABLE",
            "AGE",
            "USER",
            "UID",
            "SLURM",
            "PORT",
            "PROTECTED",
            "CREATED BY");
    for (Cluster cluster : answer.getClustersList()) {
      String[] row = Arrays.copyOf(row(cluster, now), 13);
      row[7] = cluster.getUser();
      row[8] = String.valueOf(cluster.getUid());
      row[9] = cluster.getSlurmVersion();
      row[10] = String.valueOf(cluster.getSlurmctldPort());
      row[11] = cluster.getDeletionProtection() ? "yes" : "no";
      row[12] = cluster.getCreatedBy();
      table.add(row);
    }
    return table;
  }

  private static String[] row(Cluster cluster, Instant now) {
    return new String[] {
      cluster.getId(),
      cluster.getName(),
      ClusterPage.status(cluster),
      cluster.getShape(),
      String.valueOf(cluster.getSize()),
      CapacityText.usable(cluster),
      Text.age(cluster.getCreatedAt(), now)
    };
  }
}

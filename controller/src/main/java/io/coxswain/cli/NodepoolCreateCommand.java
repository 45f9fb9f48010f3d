package io.coxswain.cli;

import io.coxswain.v1.CreateNodepoolRequest;
import io.coxswain.v1.Nodepool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox nodepool create}. */
@Command(
    name = "create",
    header = "Give a cluster nodes of another shape, or of another manner.",
    description = {
      "",
      "A nodepool is a Slurm partition of the same name: sbatch -p NODEPOOL. Its nodes are set up",
      "and proven by MPI before they get jobs; no other node is touched. With --max above -n it is",
      "elastic: machines come when jobs wait for them, and go when they are idle."
    },
    footer = {
      "",
      "Examples:",
      "  cox nodepool create train cpu cpu -n 2 --wait",
      "  cox nodepool create train burst 8xH200 -n 0 --max 8 --idle-time 900",
      "  cox nodepool create train big 8xB200 -n 4 --selector rack=a1 --dry-run"
    })
final class NodepoolCreateCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(
      index = "1",
      paramLabel = "NODEPOOL",
      description = "Its name: ^[a-z][a-z0-9-]{0,30}$.")
  String nodepool = "";

  @Parameters(
      index = "2",
      paramLabel = "SHAPE",
      description = "What each node must have, as measured: 8xH200, 1xL40S, cpu.")
  String shape = "";

  @Option(
      names = {"-n", "--min"},
      paramLabel = "NODES",
      description = "How many nodes it always has. Default: 1.")
  int min = 1;

  @Option(
      names = "--max",
      paramLabel = "NODES",
      description = "How many it may have. Default: as many as -n.")
  int max;

  @Option(names = "--idle-time", paramLabel = "SECONDS", description = NodepoolPage.IDLE_TIME)
  long idleTime;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for, in a line.")
  String description = "";

  @Option(
      names = "--selector",
      paramLabel = "LABEL=VALUE,...",
      description = "Only machines with all these labels.")
  String selector = "";

  @Option(
      names = "--hosts",
      paramLabel = "MACHINE",
      split = ",",
      description = "Only these machines.")
  List<String> hosts = new ArrayList<>();

  @Option(names = "--dry-run", description = "Show what comes and goes, and do nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() throws IOException {
    NodepoolPage.requireCounts("-n", min, max, idleTime);
    CreateNodepoolRequest request =
        CreateNodepoolRequest.newBuilder()
            .setCluster(cluster)
            .setNodepool(
                Nodepool.newBuilder()
                    .setName(nodepool)
                    .setShape(shape)
                    .setMin(min)
                    .setMax(max)
                    .setIdleTimeSeconds(idleTime)
                    .setDescription(description)
                    .setSelector(selector)
                    .addAllHosts(hosts))
            .setRequestId(UUID.randomUUID().toString())
            .setDryRun(dryRun)
            .build();
    return new NodepoolChange(this, "Nodepools/CreateNodepool", request, dryRun)
        .run(limit.waiting(wait), "nodepool " + nodepool + " is being made");
  }
}

package io.coxswain.cli;

import io.coxswain.v1.ScaleClusterRequest;
import io.coxswain.v1.ScaleClusterResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance add}. */
@Command(
    name = "add",
    header = "Give a cluster nodes besides those that it has.",
    description = {
      "",
      "They are set up and proven by MPI before they get jobs; no other node is touched. How many",
      "the cluster is to have in all: cox cluster scale."
    },
    footer = {
      "",
      "Examples:",
      "  cox instance add train --wait",
      "  cox instance add train -n 2 --dry-run          which machines would come"
    })
final class InstanceAddCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(
      names = {"-n", "--nodes"},
      paramLabel = "N",
      description = "How many. Default: 1.")
  int nodes = 1;

  @Option(
      names = "--nodepool",
      paramLabel = "NODEPOOL",
      description = "To which nodepool. Needed where the cluster has several.")
  String nodepool = "";

  @Option(
      names = "--hosts",
      paramLabel = "NAME",
      split = ",",
      description = "Of a cluster made with --hosts: machines that it may have besides.")
  List<String> hosts = new ArrayList<>();

  @Option(names = "--dry-run", description = "Show what comes, and do nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    if (nodes < 1) {
      throw CoxException.usage("-n: " + nodes + " (expected: at least 1 node)", "", "");
    }
    Waiting waiting = limit.waiting(wait);
    ScaleClusterRequest request =
        ScaleClusterRequest.newBuilder()
            .setName(cluster)
            .setRequestId(UUID.randomUUID().toString())
            .setMore(nodes)
            .setNodepool(nodepool)
            .addAllHosts(hosts)
            .setDryRun(dryRun)
            .build();
    ScaleClusterResponse answer =
        controller().call("Clusters/ScaleCluster", request, ScaleClusterResponse.parser());
    if (waiting.isWanted() && !dryRun) {
      return OperationEnd.await(this, answer.getOperation(), waiting);
    }
    if (!isPrinted(answer, dryRun ? cluster : answer.getOperation().getId())) {
      ScalePage.lines(answer).forEach(this::line);
      if (!dryRun) {
        line("follow it: cox operation watch " + answer.getOperation().getId());
      }
    }
    return ExitCode.DONE;
  }
}

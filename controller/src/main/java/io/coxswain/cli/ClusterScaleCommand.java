package io.coxswain.cli;

import io.coxswain.v1.ScaleClusterRequest;
import io.coxswain.v1.ScaleClusterResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster scale}. */
@Command(
    name = "scale",
    header = "Give a cluster more nodes, or fewer.",
    description = {
      "",
      "New nodes are set up and proven by MPI before they get jobs. Nodes that go get no new jobs,",
      "their running ones end by themselves, and the machines are cleaned and free again. No other",
      "node is touched, and no job elsewhere ends. Failed and idle nodes go first, then the highest",
      "numbers."
    },
    footer = {
      "",
      "Examples:",
      "  cox cluster scale train -n 6 --dry-run     which machines come or go",
      "  cox cluster scale train -n 6 --wait",
      "  cox cluster scale train -n 2 --yes --wait"
    })
final class ClusterScaleCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(
      names = {"-n", "--nodes"},
      required = true,
      paramLabel = "N",
      description = "How many nodes it is always to have.")
  int nodes;

  @Option(
      names = "--nodepool",
      paramLabel = "NODEPOOL",
      description = "Whose nodes. Needed where the cluster has several.")
  String nodepool = "";

  @Option(
      names = "--hosts",
      paramLabel = "NAME",
      split = ",",
      description = "Of a cluster made with --hosts: machines that it may have besides.")
  List<String> hosts = new ArrayList<>();

  @Option(names = "--dry-run", description = "Show what comes and goes, and do nothing.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask when nodes go.")
  boolean yes;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();
  @Mixin ReadyOption ready = new ReadyOption();

  @Override
  int run() throws IOException {
    if (nodes < 0) {
      throw CoxException.usage("-n: " + nodes + " (expected: a number of nodes)", "", "");
    }
    Waiting waiting = ready.of(limit.waiting(wait), nodes);
    ScaleClusterRequest.Builder request =
        ScaleClusterRequest.newBuilder()
            .setName(cluster)
            .setRequestId(UUID.randomUUID().toString())
            .setSize(nodes)
            .setNodepool(nodepool)
            .addAllHosts(hosts);
    if (dryRun || !yes) {
      ScaleClusterResponse plan = call(request.setDryRun(true));
      if (dryRun) {
        if (!isPrinted(plan, cluster)) {
          show(plan);
        }
        return ExitCode.DONE;
      }
      if (plan.getLeavingCount() > 0) {
        show(plan);
        new Confirmation(terminal())
            .ask("These leave cluster " + cluster + " once their jobs have ended.", cluster);
      }
    }
    ScaleClusterResponse answer = call(request.setDryRun(false));
    if (waiting.isWanted()) {
      return OperationEnd.await(this, answer.getOperation(), waiting);
    }
    if (!isPrinted(answer, answer.getOperation().getId())) {
      show(answer);
      line("follow it: cox operation watch " + answer.getOperation().getId());
    }
    return ExitCode.DONE;
  }

  private ScaleClusterResponse call(ScaleClusterRequest.Builder request) {
    return controller()
        .call("Clusters/ScaleCluster", request.build(), ScaleClusterResponse.parser());
  }

  private void show(ScaleClusterResponse plan) {
    ScalePage.lines(plan).forEach(this::line);
    if (ScalePage.lines(plan).isEmpty()) {
      line("cluster " + cluster + " has " + Text.count(nodes, "node") + " already");
    }
  }
}

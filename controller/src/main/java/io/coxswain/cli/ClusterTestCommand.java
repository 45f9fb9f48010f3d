package io.coxswain.cli;

import io.coxswain.v1.GetNodeTestRequest;
import io.coxswain.v1.NodeTest;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.StartNodeTestRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster test}. */
@Command(
    name = "test",
    header = "Measure what a cluster's idle nodes reach, and compare it with what they once did.",
    description = {
      "",
      "MPI latency and bandwidth between the nodes; host to GPU, GPU memory and NCCL's all-reduce",
      "where their tools are. It runs as Slurm jobs in a reservation: nodes with jobs are skipped, and",
      "no job starts in between. The first good result is a machine's own baseline; later ones that are",
      "worse by more than the site tolerates (8 % unless set) are told here, in cox machine info and in",
      "the cluster's events."
    },
    footer = {
      "",
      "Examples:",
      "  cox cluster test c-7f3a --wait",
      "  cox cluster test c-7f3a --nodes c-7f3a-3,c-7f3a-4 --wait",
      "  cox cluster test c-7f3a --last -o json          the newest results, without a new test",
      "  cox cluster test c-7f3a --new-baseline --wait   after a change of hardware"
    })
final class ClusterTestCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "NODE",
      description = "Only these. Default: all that are idle.")
  List<String> nodes = new ArrayList<>();

  @Option(names = "--new-baseline", description = "The results become the baseline.")
  boolean newBaseline;

  @Option(names = "--last", description = "Show the newest test; start none.")
  boolean last;

  @Option(names = "--wait", description = "Wait for the end and show the results.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    if (last && (wait || newBaseline || !nodes.isEmpty())) {
      throw CoxException.usage("--last: shows what there is, and takes no other option", "", "");
    }
    Waiting waiting = limit.waiting(wait);
    if (last) {
      return show("");
    }
    StartNodeTestRequest request =
        StartNodeTestRequest.newBuilder()
            .setCluster(cluster)
            .addAllNodes(nodes)
            .setNewBaseline(newBaseline)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Operation operation = controller().call("NodeTests/StartNodeTest", request, Operation.parser());
    if (waiting.isWanted()) {
      OperationUpdate end =
          Watch.toTheEnd(controller(), terminal(), operation.getId(), waiting.limit());
      // Also of a test that failed on one node, the others' results count.
      int code = show(operation.getId());
      OperationEnd.check(end);
      return code;
    }
    if (!isPrinted(operation, operation.getId())) {
      line("the idle nodes of " + operation.getClusterId() + " are being tested");
      line("follow it: cox operation watch " + operation.getId());
      line("results:   cox cluster test " + operation.getClusterId() + " --last");
    }
    return ExitCode.DONE;
  }

  private int show(String operation) {
    NodeTest test =
        controller()
            .call(
                "NodeTests/GetNodeTest",
                GetNodeTestRequest.newBuilder().setCluster(cluster).setOperation(operation).build(),
                NodeTest.parser());
    if (!isPrinted(test, test.getOperation().getId())) {
      TestPage.print(test, terminal());
    }
    return ExitCode.DONE;
  }
}

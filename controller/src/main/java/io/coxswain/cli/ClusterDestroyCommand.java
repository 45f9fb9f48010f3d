package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.DestroyClusterRequest;
import io.coxswain.v1.Operation;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster destroy}. */
@Command(
    name = "destroy",
    aliases = "rm",
    header = "End a cluster, clean its machines and give them back.",
    description =
        "Refused while jobs run or wait, unless --drain or --force says what becomes of them. Local"
            + " files of the cluster's user on the machines are deleted; shared file systems are"
            + " never touched.",
    footer = {
      "",
      "Examples:",
      "  cox cluster destroy c-7f3a --wait",
      "  cox cluster destroy c-7f3a --drain --wait      running jobs may end first",
      "  cox cluster destroy c-7f3a --force --yes       in a script, jobs and all"
    })
final class ClusterDestroyCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(names = "--drain", description = "Let running jobs end first; cancel waiting ones.")
  boolean drain;

  @Option(names = "--force", description = "Cancel all jobs.")
  boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() throws IOException {
    if (drain && force) {
      throw CoxException.usage("--drain and --force: only one of them", "", "");
    }
    Waiting waiting = limit.waiting(wait);
    Cluster doomed = ClusterInfoCommand.get(controller(), cluster);
    if (doomed.getDeletionProtection()) {
      throw CoxException.refused(
          "cluster " + ClusterPage.title(doomed) + " is protected from deletion",
          "cox cluster edit " + cluster + " --no-deletion-protection");
    }
    if (!yes) {
      new Confirmation(terminal())
          .ask(consequence(doomed), cluster, doomed.getName(), doomed.getId());
    }
    // By id: between the question and the answer the name could have moved to another cluster.
    DestroyClusterRequest request =
        DestroyClusterRequest.newBuilder()
            .setName(doomed.getId())
            .setRequestId(UUID.randomUUID().toString())
            .setJobs(jobs())
            .build();
    Operation operation = controller().call("Clusters/DestroyCluster", request, Operation.parser());
    return OperationEnd.begun(
        this, operation, waiting, "cluster " + ClusterPage.title(doomed) + " is being destroyed");
  }

  private DestroyClusterRequest.Jobs jobs() {
    if (force) {
      return DestroyClusterRequest.Jobs.CANCEL;
    }
    return drain ? DestroyClusterRequest.Jobs.DRAIN : DestroyClusterRequest.Jobs.REFUSE;
  }

  private String consequence(Cluster doomed) {
    String jobs =
        force
            ? "its jobs are cancelled"
            : drain ? "running jobs may end first" : "refused while it has jobs";
    return "This destroys cluster "
        + ClusterPage.title(doomed)
        + ", "
        + Text.count(doomed.getSize(), "node")
        + " of "
        + doomed.getShape()
        + "; "
        + jobs
        + ".";
  }
}

package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.EditClusterRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster edit}. */
@Command(
    name = "edit",
    header = "Change a cluster's name or deletion protection. Jobs do not notice.",
    footer = {
      "",
      "Examples:",
      "  cox cluster edit c-7f3a --name train",
      "  cox cluster edit train --no-deletion-protection"
    })
final class ClusterEditCommand extends PrintingCommand {
  @Parameters(paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Option(names = "--name", paramLabel = "NAME", description = "Its new name.")
  String name = "";

  @Option(
      names = "--deletion-protection",
      negatable = true,
      description = "Refuse to destroy it, or allow it again.")
  @Nullable Boolean deletionProtection;

  @Override
  int run() {
    if (name.isEmpty() && deletionProtection == null) {
      throw CoxException.usage(
          "nothing to change (expected: --name, --deletion-protection or --no-deletion-protection)",
          "",
          "cox cluster edit --help");
    }
    EditClusterRequest.Builder request =
        EditClusterRequest.newBuilder()
            .setName(cluster)
            .setNewName(name)
            .setRequestId(UUID.randomUUID().toString());
    if (deletionProtection != null) {
      request.setDeletionProtection(deletionProtection);
    }
    Cluster answer = controller().call("Clusters/EditCluster", request.build(), Cluster.parser());
    if (!isPrinted(answer, answer.getId())) {
      line(
          "cluster "
              + ClusterPage.title(answer)
              + (answer.getDeletionProtection()
                  ? " is protected from deletion"
                  : " is not protected from deletion"));
    }
    return ExitCode.DONE;
  }
}

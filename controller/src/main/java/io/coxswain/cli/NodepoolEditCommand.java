package io.coxswain.cli;

import io.coxswain.v1.EditNodepoolRequest;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox nodepool edit}. */
@Command(
    name = "edit",
    header = "Change a nodepool's bounds or manner.",
    description = {
      "",
      "Nodes that are too many leave once their jobs have ended. Its shape cannot change: make",
      "another nodepool for that."
    },
    footer = {
      "",
      "Examples:",
      "  cox nodepool edit train burst --max 16",
      "  cox nodepool edit train burst --min 2 --idle-time 1800 --wait",
      "  cox nodepool edit train main --description 'nightly runs'"
    })
final class NodepoolEditCommand extends PrintingCommand {
  @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name or id.")
  String cluster = "";

  @Parameters(index = "1", paramLabel = "NODEPOOL", description = "Its name.")
  String nodepool = "";

  @Option(
      names = {"-n", "--min"},
      paramLabel = "NODES",
      description = "How many nodes it always has; alone the size of one that is not elastic.")
  @Nullable Integer min;

  @Option(names = "--max", paramLabel = "NODES", description = "How many it may have.")
  @Nullable Integer max;

  @Option(
      names = "--idle-time",
      paramLabel = "SECONDS",
      description = "How long a node above the least is idle before its machine is given back.")
  @Nullable Long idleTime;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for, in a line.")
  @Nullable String description;

  @Option(
      names = "--selector",
      paramLabel = "LABEL=VALUE,...",
      description = "For nodes that come: only machines with all these labels.")
  @Nullable String selector;

  @Option(
      names = "--hosts",
      paramLabel = "MACHINE",
      split = ",",
      description = "For nodes that come: only these machines.")
  @Nullable List<String> hosts;

  @Option(names = "--dry-run", description = "Show what comes and goes, and do nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    EditNodepoolRequest.Builder request =
        EditNodepoolRequest.newBuilder()
            .setCluster(cluster)
            .setName(nodepool)
            .setRequestId(UUID.randomUUID().toString());
    int before = request.build().getAllFields().size();
    counts(request);
    if (description != null) {
      request.setDescription(description);
    }
    if (selector != null) {
      request.setSelector(selector);
    }
    if (hosts != null) {
      request.setHosts(EditNodepoolRequest.Hosts.newBuilder().addAllNames(hosts));
    }
    if (request.build().getAllFields().size() == before) {
      throw CoxException.usage(
          "nothing to change (expected: --min, --max, --idle-time, --description, --selector"
              + " or --hosts)",
          "",
          "cox nodepool edit --help");
    }
    request.setDryRun(dryRun);
    return new NodepoolChange(this, "Nodepools/EditNodepool", request.build(), dryRun)
        .run(limit.waiting(wait), "nodepool " + nodepool + " is being changed");
  }

  private void counts(EditNodepoolRequest.Builder request) {
    if (min != null) {
      request.setMin(min);
    }
    if (max != null) {
      request.setMax(max);
    }
    if (idleTime != null) {
      NodepoolPage.requireIdleTime(idleTime);
      request.setIdleTimeSeconds(idleTime);
    }
  }
}

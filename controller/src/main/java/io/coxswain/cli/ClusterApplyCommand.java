package io.coxswain.cli;

import io.coxswain.v1.ApplyClusterResponse;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cox cluster apply}. */
@Command(
    name = "apply",
    header = "Make a cluster what a file says: make it, or change it.",
    description = {
      "",
      "The cluster is known by its name. All of the file is applied or nothing; the same file",
      "again changes nothing. Nodes that go end their jobs first, and somebody is asked before."
    },
    footer = {
      "",
      "The file:",
      "  format: 1",
      "  name: train",
      "  shape: 8xH200",
      "  size: 4",
      "  deletion-protection: true          # optional, as what follows",
      "  selector: rack=a1",
      "  hosts: [gpu01, gpu02, gpu03, gpu04]",
      "  public-keys:",
      "    - ssh-ed25519 AAAA... me@laptop",
      "",
      "Examples:",
      "  cox cluster export train > train.yaml",
      "  cox cluster plan -f train.yaml",
      "  cox cluster apply -f train.yaml --wait"
    })
final class ClusterApplyCommand extends ClusterFileCommand {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask when nodes go.")
  boolean yes;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() throws IOException {
    Waiting waiting = limit.waiting(wait);
    String document = document();
    if (!yes) {
      ApplyClusterResponse plan = plan(document);
      if (plan.getLeavingCount() > 0) {
        show(plan);
        new Confirmation(terminal())
            .ask(
                "These nodes go once their jobs have ended.",
                Integer.toString(plan.getLeavingCount()));
      }
    }
    ApplyClusterResponse answer =
        call(request(document).setRequestId(UUID.randomUUID().toString()));
    if (answer.hasOperation() && waiting.isWanted()) {
      return OperationEnd.await(this, answer.getOperation(), waiting);
    }
    if (!isPrinted(answer, answer.getOperation().getId())) {
      show(answer);
      if (answer.hasOperation()) {
        line("follow it: cox operation watch " + answer.getOperation().getId());
      }
    }
    return ExitCode.DONE;
  }
}

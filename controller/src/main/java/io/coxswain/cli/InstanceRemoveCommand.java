package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.RemoveInstanceRequest;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance remove}. */
@Command(
    name = "remove",
    aliases = "rm",
    header = "Let a node leave its cluster, which has one less then.",
    description = {
      "",
      "It gets no new jobs, the running ones end by themselves, the machine is cleaned and free",
      "again. cox instance replace keeps the node and takes another machine."
    },
    footer = {"", "Example:", "  cox instance remove c-7f3a-3 --yes --wait"})
final class InstanceRemoveCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(
      names = "--force",
      description = "Though its machine does not answer. Switch it off first.")
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
    Waiting waiting = limit.waiting(wait);
    if (!yes) {
      new Confirmation(terminal())
          .ask(instance + " leaves its cluster once its jobs have ended.", instance);
    }
    RemoveInstanceRequest request =
        RemoveInstanceRequest.newBuilder()
            .setName(instance)
            .setRequestId(UUID.randomUUID().toString())
            .setForce(force)
            .build();
    Operation operation =
        controller().call("Instances/RemoveInstance", request, Operation.parser());
    return OperationEnd.begun(this, operation, waiting, instance + " leaves its cluster");
  }
}

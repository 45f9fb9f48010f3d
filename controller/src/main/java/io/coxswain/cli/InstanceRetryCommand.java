package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.RetryInstanceRequest;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance retry}. */
@Command(
    name = "retry",
    header = "Take a failed instance up again, from the step that failed.",
    footer = {"", "Example:", "  cox instance retry c-7f3a-1 --wait"})
final class InstanceRetryCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(
      names = "--wait",
      description = "Show progress and wait until nothing of its cluster is on its way any more.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    RetryInstanceRequest request =
        RetryInstanceRequest.newBuilder()
            .setName(instance)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Operation operation = controller().call("Instances/RetryInstance", request, Operation.parser());
    return OperationEnd.begun(this, operation, waiting, instance + " is tried again");
  }
}

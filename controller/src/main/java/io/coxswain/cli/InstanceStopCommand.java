package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.StopInstanceRequest;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance stop}. */
@Command(
    name = "stop",
    header = "Let an instance's jobs end and shut its machine down; it stays leased.",
    description = {
      "",
      "Its node gets no new jobs, the running ones are awaited, the machine is shut down, and where its",
      "management controller is known, its power is read back. Then the instance is STOPPED."
    },
    footer = {"", "Example:", "  cox instance stop c-7f3a-1 --wait"})
final class InstanceStopCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    StopInstanceRequest request =
        StopInstanceRequest.newBuilder()
            .setName(instance)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Operation operation = controller().call("Power/StopInstance", request, Operation.parser());
    return OperationEnd.begun(
        this, operation, waiting, instance + " is stopped once its jobs have ended");
  }
}

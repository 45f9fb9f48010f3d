package io.coxswain.cli;

import io.coxswain.v1.Operation;
import io.coxswain.v1.StartInstanceRequest;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance start}. */
@Command(
    name = "start",
    header = "Switch a stopped instance's machine on and give it back to jobs.",
    description = {
      "",
      "Through its management controller, or by Wake-on-LAN; where neither is known, it is waited for",
      "until somebody switches it on by hand. It is proven with a real job before it takes others."
    },
    footer = {"", "Example:", "  cox instance start c-7f3a-1 --wait"})
final class InstanceStartCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();

  @Override
  int run() {
    Waiting waiting = limit.waiting(wait);
    StartInstanceRequest request =
        StartInstanceRequest.newBuilder()
            .setName(instance)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Operation operation = controller().call("Power/StartInstance", request, Operation.parser());
    return OperationEnd.begun(this, operation, waiting, instance + " is being started");
  }
}

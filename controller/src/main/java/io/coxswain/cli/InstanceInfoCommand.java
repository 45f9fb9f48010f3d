package io.coxswain.cli;

import io.coxswain.v1.GetInstanceRequest;
import io.coxswain.v1.Instance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox instance info}. */
@Command(
    name = "info",
    header = "Show one instance: its four axes, its last steps with their times, what failed.",
    footer = {"", "Example:", "  cox instance info c-7f3a-0"})
final class InstanceInfoCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Override
  int run() {
    Instance answer = get(controller(), instance);
    if (!isPrinted(answer, answer.getName())) {
      InstancePage.print(answer, terminal());
    }
    return ExitCode.DONE;
  }

  static Instance get(Controller controller, String name) {
    return controller.call(
        "Instances/GetInstance",
        GetInstanceRequest.newBuilder().setName(name).build(),
        Instance.parser());
  }
}

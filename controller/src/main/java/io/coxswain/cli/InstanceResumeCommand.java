package io.coxswain.cli;

import io.coxswain.v1.Instance;
import io.coxswain.v1.ResumeInstanceRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cox instance resume}. */
@Command(
    name = "resume",
    header = "Give a node that cox instance drain kept from jobs back to them.",
    description = {"", "It is tested first, alone, and gets jobs again when it is well."},
    footer = {"", "Example:", "  cox instance resume c-7f3a-3"})
final class InstanceResumeCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Override
  int run() {
    Instance resumed =
        controller()
            .call(
                "Instances/ResumeInstance",
                ResumeInstanceRequest.newBuilder().setName(instance).build(),
                Instance.parser());
    if (!isPrinted(resumed, resumed.getName())) {
      line(resumed.getName() + " is tested and gets jobs again; cox why " + instance);
    }
    return ExitCode.DONE;
  }
}

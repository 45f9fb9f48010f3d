package io.coxswain.cli;

import io.coxswain.v1.DrainInstanceRequest;
import io.coxswain.v1.Instance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox instance drain}. */
@Command(
    name = "drain",
    header = "Keep new jobs from a node until cox instance resume.",
    description = {"", "Running jobs end by themselves. sinfo -R shows the reason."},
    footer = {"", "Example:", "  cox instance drain c-7f3a-3 --reason 'fan is loud'"})
final class InstanceDrainCommand extends PrintingCommand {
  @Parameters(paramLabel = "INSTANCE", description = "Its name.")
  String instance = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why: up to 100 characters, for people.")
  String reason = "";

  @Override
  int run() {
    Instance drained =
        controller()
            .call(
                "Instances/DrainInstance",
                DrainInstanceRequest.newBuilder().setName(instance).setReason(reason).build(),
                Instance.parser());
    if (!isPrinted(drained, drained.getName())) {
      line(drained.getName() + " gets no new jobs; back: cox instance resume " + instance);
    }
    return ExitCode.DONE;
  }
}

package io.coxswain.agent;

import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.ObservationLines;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the agent reports of this machine. */
@Command(
    name = "probe",
    description = "Measure this machine and show what the agent would report.",
    mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}")
  AgentCommand.Output output = AgentCommand.Output.TABLE;

  @Override
  public Integer call() {
    Observation observation = AgentMain.prober(new LinuxHost()).observeAfresh();
    PrintWriter out = spec.commandLine().getOut();
    if (output == AgentCommand.Output.JSON) {
      out.println(Json.of(observation));
    } else {
      ObservationLines.of(observation).forEach(out::println);
    }
    out.flush();
    return 0;
  }
}

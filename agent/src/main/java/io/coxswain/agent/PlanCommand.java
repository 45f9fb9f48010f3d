package io.coxswain.agent;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.link.StoredAssignment;
import io.coxswain.agent.runner.Assignment;
import io.coxswain.agent.runner.DryRun;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the agent would change now, and changes nothing. */
@Command(
    name = "plan",
    description = "Show what the agent would change to make its assignment true; changes nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}")
  AgentCommand.Output output = AgentCommand.Output.TABLE;

  @Override
  public Integer call() {
    Host host = new LinuxHost();
    PrintWriter out = spec.commandLine().getOut();
    Optional<Assignment> assignment = StoredAssignment.read(host);
    List<DryRun.Line> lines = DryRun.of(host, assignment.orElse(Assignment.NONE));
    if (output == AgentCommand.Output.JSON) {
      out.println(Json.of(lines));
    } else {
      print(out, assignment, lines);
    }
    out.flush();
    return 0;
  }

  static void print(PrintWriter out, Optional<Assignment> assignment, List<DryRun.Line> lines) {
    if (assignment.isEmpty()) {
      out.println("nothing is assigned");
      return;
    }
    String group = "";
    for (DryRun.Line line : lines) {
      if (!line.group().equals(group)) {
        group = line.group();
        out.println(group);
      }
      out.println((line.changes().isEmpty() ? "  = " : "  ~ ") + line.title());
      line.changes().forEach(change -> out.println("      " + change));
    }
    long changing = lines.stream().filter(line -> !line.changes().isEmpty()).count();
    out.printf(
        "generation %d: %d of %d steps would change something%n",
        assignment.get().generation(), changing, lines.size());
  }
}

package io.coxswain.agent;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.LineSocket;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the last hour of this machine's GPUs, as the running agent has it in memory. */
@Command(
    name = "history",
    description = "Show the last hour of this machine's GPUs, as the running agent has it.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
  /** Every sixth of the rounds of ten seconds: one line a minute. */
  private static final int EVERY = 6;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--gpu", paramLabel = "N", description = "Only this GPU, by the driver's index.")
  Integer gpu = -1;

  @Option(names = "--all", description = "Every sample. Default: one a minute.")
  boolean all;

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}")
  AgentCommand.Output output = AgentCommand.Output.TABLE;

  private final String socket;

  HistoryCommand() {
    this(AgentDaemon.NODE_SOCKET);
  }

  HistoryCommand(String socket) {
    this.socket = socket;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String answer = LineSocket.ask(socket, ToldHistory.QUESTION);
    List<?> gpus = gpus(answer);
    if (output == AgentCommand.Output.JSON) {
      out.println(gpu < 0 ? answer : Json.of(Map.of("gpus", chosen(gpus))));
      out.flush();
      return 0;
    }
    List<?> chosen = chosen(gpus);
    if (chosen.isEmpty()) {
      out.println(gpus.isEmpty() ? "no GPU was measured yet" : "no GPU " + gpu);
    }
    chosen.forEach(
        each -> {
          if (each instanceof Map<?, ?> one) {
            print(out, one);
          }
        });
    out.flush();
    return chosen.isEmpty() ? AgentCommand.FAILED : 0;
  }

  private List<?> chosen(List<?> gpus) {
    return gpus.stream()
        .filter(
            each ->
                gpu < 0
                    || (each instanceof Map<?, ?> one
                        && String.valueOf(one.get("index")).equals(String.valueOf(gpu))))
        .toList();
  }

  // JSON is YAML.
  private List<?> gpus(String answer) {
    try {
      Object parsed =
          new Load(LoadSettings.builder().setCodePointLimit(64 << 20).build())
              .loadFromString(answer);
      if (parsed instanceof Map<?, ?> told && told.get("gpus") instanceof List<?> gpus) {
        return gpus;
      }
    } catch (YamlEngineException e) {
      // Told below.
    }
    throw new HostException(
        HostException.Reason.COMMAND_FAILED,
        socket + ": the agent's answer cannot be read (expected: an agent of this version)");
  }

  private void print(PrintWriter out, Map<?, ?> gpu) {
    out.printf("GPU %s  %s%n", gpu.get("index"), gpu.get("pciBusId"));
    out.printf(
        "%-20s %6s %12s %6s %7s %9s%n", "AT", "BUSY %", "MEMORY MiB", "C", "WATTS", "SM MHz");
    if (gpu.get("samples") instanceof List<?> samples) {
      int step = all ? 1 : EVERY;
      // So that the newest is always among them.
      for (int i = (samples.size() + step - 1) % step; i < samples.size(); i += step) {
        if (samples.get(i) instanceof Map<?, ?> sample) {
          out.printf(
              "%-20s %6s %12s %6s %7s %9s%n",
              sample.get("at"),
              told(sample, "busyPercent"),
              told(sample, "memoryUsedMebibytes"),
              told(sample, "celsius"),
              told(sample, "watts"),
              told(sample, "smClockMhz"));
        }
      }
    }
  }

  private static String told(Map<?, ?> sample, String name) {
    Object value = sample.get(name);
    return value == null ? "-" : value.toString();
  }
}

package io.coxswain.agent;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.LinuxHost;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
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

/** Shows what the running agent's health policy says of this machine. */
@Command(
    name = "health",
    description = {
      "Show what the running agent's health policy says of this machine.",
      "Exit status: 0 the machine may take jobs, 1 something is CRITICAL or UNKNOWN, 2 no agent"
          + " answers."
    },
    mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
  static final int NO_VERDICT = 2;

  // The agent writes every 10 seconds.
  private static final Duration STALE = Duration.ofMinutes(1);

  private final Host host;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}")
  AgentCommand.Output output = AgentCommand.Output.TABLE;

  HealthCommand() {
    this(new LinuxHost());
  }

  HealthCommand(Host host) {
    this.host = host;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Answer answer = answer();
    if (output == AgentCommand.Output.JSON) {
      // The agent's own words are JSON already.
      out.println(
          answer.why().isEmpty()
              ? answer.text()
              : Json.of(Map.of("worst", "UNKNOWN", "error", answer.why())));
    } else if (answer.why().isEmpty()) {
      print(out, answer.health());
    } else {
      out.println("UNKNOWN: " + answer.why());
      out.println("next: systemctl status coxswain-agent");
    }
    out.flush();
    if (!answer.why().isEmpty()) {
      return NO_VERDICT;
    }
    String worst = String.valueOf(answer.health().get("worst"));
    return worst.equals("CRITICAL") || worst.equals("UNKNOWN") ? AgentCommand.FAILED : 0;
  }

  private Answer answer() {
    if (host.files().stat(ToldHealth.FILE).isEmpty()) {
      return Answer.none("no agent runs here: " + ToldHealth.FILE + " does not exist");
    }
    String text;
    Object parsed;
    Instant at;
    try {
      text = new String(host.files().read(ToldHealth.FILE), StandardCharsets.UTF_8).strip();
      // JSON is YAML.
      parsed = new Load(LoadSettings.builder().build()).loadFromString(text);
    } catch (HostException | YamlEngineException e) {
      return Answer.none(ToldHealth.FILE + ": " + e.getMessage());
    }
    if (!(parsed instanceof Map<?, ?> health)) {
      return Answer.none(ToldHealth.FILE + ": not an agent's (expected: JSON)");
    }
    try {
      at = Instant.parse(String.valueOf(health.get("at")));
    } catch (DateTimeException e) {
      return Answer.none(ToldHealth.FILE + ": at: " + health.get("at") + " (expected: a time)");
    }
    Instant now = host.clock().instant();
    if (Duration.between(at, now).compareTo(STALE) > 0) {
      return Answer.none("no agent runs here: its last word is of " + at);
    }
    return new Answer("", text, health);
  }

  private static void print(PrintWriter out, Map<?, ?> health) {
    out.printf(
        "%s%s, %s checks, judged at %s%n",
        health.get("worst"),
        Boolean.TRUE.equals(health.get("drain")) ? " (drain)" : "",
        health.get("checks"),
        health.get("at"));
    if (health.get("verdicts") instanceof List<?> verdicts) {
      for (Object item : verdicts) {
        if (item instanceof Map<?, ?> verdict) {
          print(out, String.valueOf(verdict.get("suppressed")), verdict);
        }
      }
    }
  }

  private static void print(PrintWriter out, String suppressed, Map<?, ?> verdict) {
    String expected = String.valueOf(verdict.get("expected"));
    out.printf(
        "%-9s %-22s %-14s %s%s%n",
        verdict.get("level"),
        verdict.get("check"),
        verdict.get("subject"),
        verdict.get("message"),
        expected.isEmpty() ? "" : " (expected: " + expected + ")");
    String count = String.valueOf(verdict.get("count"));
    out.printf(
        "          since %s%s, action %s%s%s%n",
        verdict.get("since"),
        count.equals("0") ? "" : ", " + count + " times",
        verdict.get("action"),
        Boolean.TRUE.equals(verdict.get("drain")) ? ", drain" : "",
        suppressed.isEmpty() ? "" : ", off: " + suppressed);
  }

  /**
   * What the agent says.
   *
   * @param why there is no answer; empty when there is one
   */
  private record Answer(String why, String text, Map<?, ?> health) {
    static Answer none(String why) {
      return new Answer(why, "", Map.of());
    }
  }
}

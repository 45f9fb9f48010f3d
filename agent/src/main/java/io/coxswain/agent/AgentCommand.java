package io.coxswain.agent;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.link.LinkException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** cox-agent's command line. */
@Command(
    name = "cox-agent",
    description = "The Coxswain agent of this machine.",
    mixinStandardHelpOptions = true,
    version = "cox-agent " + AgentMain.VERSION,
    subcommands = {
      JoinCommand.class,
      AgentCommand.RunCommand.class,
      PlanCommand.class,
      ProbeCommand.class,
      StatusCommand.class,
      HealthCommand.class,
      HistoryCommand.class
    })
final class AgentCommand implements Callable<Integer> {
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** Runs the command and says how it ended: 0 done, 1 failed, 2 usage, 3 refused. */
  static int execute(String[] args) {
    Logging.startQuiet();
    return new CommandLine(new AgentCommand())
        .setExecutionExceptionHandler(
            (exception, command, result) -> explain(exception, command.getErr()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  private static int explain(Exception exception, PrintWriter err) {
    switch (exception) {
      case HostException e -> {
        err.println("cox-agent: " + e.getMessage());
        e.tail().forEach(line -> err.println("  " + line));
        err.println("next: " + e.reason().nextAction());
      }
      case LinkException e -> {
        err.println("cox-agent: " + e.getMessage());
        e.help().forEach(line -> err.println("next: " + line));
        return e.isRefusal() ? REFUSED : FAILED;
      }
      case IllegalArgumentException e -> {
        err.println("cox-agent: " + e.getMessage());
        return USAGE;
      }
      default -> {
        err.println("cox-agent: unexpected");
        exception.printStackTrace(err);
      }
    }
    return FAILED;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** Only for the help text: {@link AgentMain} runs it before any of this is loaded. */
  @Command(name = "run", description = "Run in the foreground: systemd starts it so.")
  static final class RunCommand implements Callable<Integer> {
    @CommandLine.Option(names = "--config", description = "default: ${DEFAULT-VALUE}")
    String config = AgentConfig.FILE;

    @Override
    public Integer call() {
      throw new IllegalArgumentException(
          "run: options before it (expected: cox-agent run --config FILE)");
    }
  }

  /** The form of an output. */
  enum Output {
    TABLE,
    JSON
  }
}

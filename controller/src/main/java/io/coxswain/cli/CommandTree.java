package io.coxswain.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * All commands by their words, for picocli. Reading the annotations of thirty commands takes longer
 * than most commands run, so that only the command asked for is built; all of them for help,
 * completion and suggestions.
 */
final class CommandTree {
  private static final List<String> MACHINE =
      List.of(
          "list",
          "info",
          "history",
          "join-token",
          "label",
          "revoke",
          "remove",
          "recommendations",
          "repair",
          "clear");
  private static final List<String> CLUSTER =
      List.of("create", "list", "info", "edit", "destroy", "test", "events");
  private static final List<String> INSTANCE = List.of("list", "info", "retry");
  private static final List<String> OPERATION = List.of("list", "info", "cancel", "watch");
  private static final List<String> BUNDLE =
      List.of("list", "show", "plan", "apply", "rollback", "status");
  private static final List<String> WORDS = List.of("ssh", "why", "env", "version", "completion");

  private CommandTree() {}

  /** Parses the words with picocli and runs what they ask for. */
  static int run(String[] args, Terminal terminal) throws Exception {
    CommandLine root = asked(args, terminal);
    ParseResult result;
    try {
      result = root.parseArgs(args);
    } catch (ParameterException e) {
      throw explained(e);
    }
    if (CommandLine.executeHelpRequest(result) != null) {
      result.asCommandLineList().forEach(line -> line.getOut().flush());
      return ExitCode.DONE;
    }
    RootCommand options = (RootCommand) root.getCommandSpec().userObject();
    CommandSpec spec = result.asCommandLineList().getLast().getCommandSpec();
    if (spec.userObject() instanceof CoxCommand command) {
      command.on(terminal, options.socket);
      return command.run();
    }
    if (options.version) {
      VersionCommand version = VersionCommand.alone();
      version.on(terminal, options.socket);
      return version.run();
    }
    spec.commandLine().usage(terminal.err());
    return ExitCode.USAGE;
  }

  /** The whole tree. */
  static CommandLine full(Terminal terminal) {
    CommandLine root = new CommandLine(new RootCommand());
    addGroup(root, "machine", "The servers that have an agent.", MACHINE);
    addGroup(root, "cluster", "Slurm clusters made of them.", CLUSTER);
    addGroup(root, "instance", "The slots of clusters.", INSTANCE);
    addGroup(root, "bundle", "Driver bundles for machines.", BUNDLE);
    addGroup(root, "operation", "Long-running requests.", OPERATION);
    for (String word : WORDS) {
      add(root, word);
    }
    return finished(root, terminal);
  }

  private static CommandLine asked(String[] args, Terminal terminal) {
    if (args.length > 0 && WORDS.contains(args[0])) {
      CommandLine root = new CommandLine(new RootCommand());
      add(root, args[0]);
      return finished(root, terminal);
    }
    if (args.length > 1 && command(args[0] + " " + args[1]) != null) {
      CommandLine root = new CommandLine(new RootCommand());
      addGroup(root, args[0], "", List.of(args[1]));
      return finished(root, terminal);
    }
    return full(terminal);
  }

  private static @Nullable CoxCommand command(String path) {
    return switch (path) {
      case "machine list", "machine ls" -> new MachineListCommand();
      case "machine history" -> new MachineHistoryCommand();
      case "machine info" -> new MachineInfoCommand();
      case "machine join-token" -> new MachineJoinTokenCommand();
      case "machine recommendations" -> new MachineRecommendationsCommand();
      case "machine repair" -> new MachineRepairCommand();
      case "machine clear" -> new MachineClearCommand();
      case "machine label" -> new MachineLabelCommand();
      case "machine revoke" -> new MachineRevokeCommand();
      case "machine remove", "machine rm" -> new MachineRemoveCommand();
      case "cluster create" -> new ClusterCreateCommand();
      case "cluster list", "cluster ls" -> new ClusterListCommand();
      case "cluster info" -> new ClusterInfoCommand();
      case "cluster edit" -> new ClusterEditCommand();
      case "cluster destroy", "cluster rm" -> new ClusterDestroyCommand();
      case "cluster test" -> new ClusterTestCommand();
      case "cluster events" -> new ClusterEventsCommand();
      case "instance list", "instance ls" -> new InstanceListCommand();
      case "instance info" -> new InstanceInfoCommand();
      case "instance retry" -> new InstanceRetryCommand();
      case "bundle list", "bundle ls" -> new BundleListCommand();
      case "bundle show" -> new BundleShowCommand();
      case "bundle plan" -> new BundlePlanCommand();
      case "bundle apply" -> new BundleApplyCommand();
      case "bundle rollback" -> new BundleRollbackCommand();
      case "bundle status" -> new BundleStatusCommand();
      case "operation list", "operation ls" -> new OperationListCommand();
      case "operation info" -> new OperationInfoCommand();
      case "operation cancel" -> new OperationCancelCommand();
      case "operation watch" -> new OperationWatchCommand();
      case "ssh" -> new SshCommand();
      case "why" -> new WhyCommand();
      case "env" -> new EnvCommand();
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand();
      default -> null;
    };
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  // Settings of a tree reach only the subcommands that it already has.
  private static CommandLine finished(CommandLine root, Terminal terminal) {
    root.setColorScheme(
        CommandLine.Help.defaultColorScheme(terminal.isColourful() ? Ansi.ON : Ansi.OFF));
    root.setOut(writer(terminal.out()));
    root.setErr(writer(terminal.err()));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpWidth(100);
    CommandLine ssh = root.getSubcommands().get("ssh");
    if (ssh != null) {
      ssh.setStopAtPositional(true);
    }
    return root;
  }

  private static void addGroup(CommandLine root, String noun, String header, List<String> verbs) {
    CommandSpec spec = CommandSpec.create().name(noun);
    spec.usageMessage().header(header).synopsisSubcommandLabel("COMMAND");
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    CommandLine group = new CommandLine(spec);
    for (String verb : verbs) {
      add(group, noun + " " + verb);
    }
    root.addSubcommand(noun, group);
  }

  private static void add(CommandLine parent, String path) {
    CoxCommand command = command(path);
    if (command == null) {
      throw new IllegalArgumentException("no such command: " + path);
    }
    parent.addSubcommand(command);
  }

  private static CoxException explained(ParameterException e) {
    String help =
        "cox" + e.getCommandLine().getCommandSpec().qualifiedName().substring(3) + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      String what = "unknown: '" + unmatched.getUnmatched().getFirst() + "'";
      String near =
          suggestions.isEmpty() ? "" : "did you mean: " + String.join(", ", suggestions) + "?";
      return new CoxException(
          ExitCode.USAGE, what, "", near.isEmpty() ? List.of() : List.of(near), List.of(help));
    }
    String message = String.valueOf(e.getMessage());
    return CoxException.usage(
        message.isEmpty()
            ? message
            : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
        "",
        help);
  }
}

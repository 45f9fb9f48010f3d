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
          "clear",
          "power");
  private static final List<String> MACHINE_BMC = List.of("set", "show", "remove");
  private static final String BMC = "Machines' management controllers.";
  private static final List<String> CLUSTER =
      List.of(
          "create", "apply", "plan", "export", "list", "info", "edit", "scale", "destroy", "test",
          "events", "attach", "detach");
  private static final List<String> NODEPOOL = List.of("create", "list", "info", "edit", "delete");
  private static final List<String> INSTANCE =
      List.of(
          "list", "info", "retry", "drain", "resume", "stop", "start", "reboot", "replace",
          "remove", "add");
  private static final List<String> OPERATION = List.of("list", "info", "cancel", "watch");
  private static final List<String> BUNDLE =
      List.of("list", "show", "plan", "apply", "rollback", "status");
  private static final List<String> STORAGE =
      List.of("create", "list", "info", "edit", "destroy", "test");
  private static final List<String> IMAGE = List.of("list", "info", "import", "remove");
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
    CommandLine machine = addGroup(root, "machine", "The servers that have an agent.", MACHINE);
    addGroup(machine, "machine", "bmc", BMC, MACHINE_BMC);
    addGroup(root, "cluster", "Slurm clusters made of them.", CLUSTER);
    addGroup(root, "nodepool", "Nodes of one shape in a cluster: a Slurm partition.", NODEPOOL);
    addGroup(root, "instance", "The slots of clusters.", INSTANCE);
    addGroup(root, "bundle", "Driver bundles for machines.", BUNDLE);
    addGroup(root, "storage", "File systems that clusters mount.", STORAGE);
    addGroup(root, "image", "Container images that jobs run in.", IMAGE);
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
    if (args.length > 2 && command(args[0] + " " + args[1] + " " + args[2]) != null) {
      CommandLine root = new CommandLine(new RootCommand());
      CommandLine first = addGroup(root, args[0], "", List.of());
      addGroup(first, args[0], args[1], "", List.of(args[2]));
      return finished(root, terminal);
    }
    return full(terminal);
  }

  private static @Nullable CoxCommand command(String path) {
    int space = path.indexOf(' ');
    if (space < 0) {
      return word(path);
    }
    String verb = path.substring(space + 1);
    return switch (path.substring(0, space)) {
      case "machine" -> machine(verb);
      case "cluster" -> cluster(verb);
      case "nodepool" -> nodepool(verb);
      case "instance" -> instance(verb);
      case "bundle" -> bundle(verb);
      case "storage" -> storage(verb);
      case "operation" -> operation(verb);
      case "image" -> image(verb);
      default -> null;
    };
  }

  private static @Nullable CoxCommand word(String word) {
    return switch (word) {
      case "ssh" -> new SshCommand();
      case "why" -> new WhyCommand();
      case "env" -> new EnvCommand();
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand machine(String verb) {
    return switch (verb) {
      case "list", "ls" -> new MachineListCommand();
      case "history" -> new MachineHistoryCommand();
      case "info" -> new MachineInfoCommand();
      case "join-token" -> new MachineJoinTokenCommand();
      case "recommendations" -> new MachineRecommendationsCommand();
      case "repair" -> new MachineRepairCommand();
      case "clear" -> new MachineClearCommand();
      case "power" -> new MachinePowerCommand();
      case "bmc set" -> new MachineBmcSetCommand();
      case "bmc show" -> new MachineBmcShowCommand();
      case "bmc remove", "bmc rm" -> new MachineBmcRemoveCommand();
      case "label" -> new MachineLabelCommand();
      case "revoke" -> new MachineRevokeCommand();
      case "remove", "rm" -> new MachineRemoveCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand cluster(String verb) {
    return switch (verb) {
      case "create" -> new ClusterCreateCommand();
      case "list", "ls" -> new ClusterListCommand();
      case "info" -> new ClusterInfoCommand();
      case "edit" -> new ClusterEditCommand();
      case "apply" -> new ClusterApplyCommand();
      case "plan" -> new ClusterPlanCommand();
      case "export" -> new ClusterExportCommand();
      case "scale" -> new ClusterScaleCommand();
      case "destroy", "rm" -> new ClusterDestroyCommand();
      case "test" -> new ClusterTestCommand();
      case "events" -> new ClusterEventsCommand();
      case "attach" -> new ClusterAttachCommand();
      case "detach" -> new ClusterDetachCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand nodepool(String verb) {
    return switch (verb) {
      case "create" -> new NodepoolCreateCommand();
      case "list", "ls" -> new NodepoolListCommand();
      case "info" -> new NodepoolInfoCommand();
      case "edit" -> new NodepoolEditCommand();
      case "delete", "rm" -> new NodepoolDeleteCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand instance(String verb) {
    return switch (verb) {
      case "list", "ls" -> new InstanceListCommand();
      case "info" -> new InstanceInfoCommand();
      case "retry" -> new InstanceRetryCommand();
      case "drain" -> new InstanceDrainCommand();
      case "resume" -> new InstanceResumeCommand();
      case "stop" -> new InstanceStopCommand();
      case "start" -> new InstanceStartCommand();
      case "reboot" -> new InstanceRebootCommand();
      case "replace" -> new InstanceReplaceCommand();
      case "remove", "rm" -> new InstanceRemoveCommand();
      case "add" -> new InstanceAddCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand bundle(String verb) {
    return switch (verb) {
      case "list", "ls" -> new BundleListCommand();
      case "show" -> new BundleShowCommand();
      case "plan" -> new BundlePlanCommand();
      case "apply" -> new BundleApplyCommand();
      case "rollback" -> new BundleRollbackCommand();
      case "status" -> new BundleStatusCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand storage(String verb) {
    return switch (verb) {
      case "create" -> new StorageCreateCommand();
      case "list", "ls" -> new StorageListCommand();
      case "info" -> new StorageInfoCommand();
      case "edit" -> new StorageEditCommand();
      case "destroy", "rm" -> new StorageDestroyCommand();
      case "test" -> new StorageTestCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand image(String verb) {
    return switch (verb) {
      case "list", "ls" -> new ImageListCommand();
      case "info" -> new ImageInfoCommand();
      case "import" -> new ImageImportCommand();
      case "remove", "rm" -> new ImageRemoveCommand();
      default -> null;
    };
  }

  private static @Nullable CoxCommand operation(String verb) {
    return switch (verb) {
      case "list", "ls" -> new OperationListCommand();
      case "info" -> new OperationInfoCommand();
      case "cancel" -> new OperationCancelCommand();
      case "watch" -> new OperationWatchCommand();
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

  private static CommandLine addGroup(
      CommandLine root, String noun, String header, List<String> verbs) {
    return addGroup(root, "", noun, header, verbs);
  }

  /** Below the words before it, which are empty for the root. */
  private static CommandLine addGroup(
      CommandLine parent, String before, String noun, String header, List<String> verbs) {
    CommandSpec spec = CommandSpec.create().name(noun);
    spec.usageMessage().header(header).synopsisSubcommandLabel("COMMAND");
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    CommandLine group = new CommandLine(spec);
    for (String verb : verbs) {
      add(group, (before + " " + noun + " " + verb).strip());
    }
    parent.addSubcommand(noun, group);
    return group;
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

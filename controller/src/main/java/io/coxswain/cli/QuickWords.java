package io.coxswain.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses by hand what people type all day: well-known words with -o, --socket and --all. Anything
 * it does not know, it leaves to picocli, whose start alone takes longer than these commands.
 */
final class QuickWords {
  private final String[] args;
  private int next;
  private @Nullable Format format;
  private boolean isAll;
  private String socket = "";

  private QuickWords(String[] args) {
    this.args = args;
  }

  /** A command that is ready to run, and the socket asked for; empty: none was. */
  record Parsed(CoxCommand command, String socket) {}

  /** Null when picocli should look at it. */
  static @Nullable Parsed parse(String[] args) {
    if (args.length == 0 || args.length > 7) {
      return null;
    }
    return new QuickWords(args).parsed();
  }

  private @Nullable Parsed parsed() {
    CoxCommand command = command();
    if (command == null || !options()) {
      return null;
    }
    if (isAll && !(command instanceof ClusterListCommand)) {
      return null;
    }
    if (command instanceof ClusterListCommand list) {
      list.all = isAll;
    }
    if (format != null) {
      if (!(command instanceof PrintingCommand printing)) {
        return null;
      }
      printing.format = format;
    }
    return new Parsed(command, socket);
  }

  private @Nullable CoxCommand command() {
    String noun = args[next++];
    return switch (noun) {
      case "version" -> new VersionCommand();
      case "--version", "-V" -> args.length == 1 ? VersionCommand.alone() : null;
      case "cluster" ->
          isVerb("list", "ls") ? new ClusterListCommand() : isVerb("info") ? info() : null;
      case "machine" -> isVerb("list", "ls") ? new MachineListCommand() : null;
      case "instance" -> isVerb("list", "ls") ? new InstanceListCommand() : null;
      case "why" -> why();
      case "env" -> env();
      default -> null;
    };
  }

  private @Nullable CoxCommand info() {
    String name = name();
    if (name == null) {
      return null;
    }
    ClusterInfoCommand command = new ClusterInfoCommand();
    command.cluster = name;
    return command;
  }

  private @Nullable CoxCommand why() {
    String name = name();
    if (name == null) {
      return null;
    }
    WhyCommand command = new WhyCommand();
    command.name = name;
    return command;
  }

  private @Nullable CoxCommand env() {
    String name = name();
    if (name == null) {
      return null;
    }
    EnvCommand command = new EnvCommand();
    command.cluster = name;
    return command;
  }

  private boolean isVerb(String... verbs) {
    for (String verb : verbs) {
      if (next < args.length && args[next].equals(verb)) {
        next++;
        return true;
      }
    }
    return false;
  }

  private @Nullable String name() {
    return next < args.length && !args[next].isEmpty() && args[next].charAt(0) != '-'
        ? args[next++]
        : null;
  }

  private boolean options() {
    while (next < args.length) {
      String word = args[next++];
      boolean hasValue = next < args.length;
      switch (word) {
        case "-a", "--all" -> isAll = true;
        case "--socket" -> {
          if (!hasValue) {
            return false;
          }
          socket = args[next++];
        }
        case "-o", "--output" -> {
          format = hasValue ? format(args[next++]) : null;
          if (format == null) {
            return false;
          }
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private static @Nullable Format format(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "table" -> Format.TABLE;
      case "wide" -> Format.WIDE;
      case "json" -> Format.JSON;
      case "yaml" -> Format.YAML;
      case "name" -> Format.NAME;
      default -> null;
    };
  }
}

package io.coxswain.cli;

import com.google.protobuf.Message;
import picocli.CommandLine.Option;

/** A command that prints what the controller answered, in the format asked for. */
abstract class PrintingCommand extends CoxCommand {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "json|yaml|wide|name",
      description = "For programs (json, yaml, name), or with more columns (wide).",
      completionCandidates = FormatNames.class)
  Format format = Format.TABLE;

  /** The output formats as people type them. */
  static final class FormatNames implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return java.util.List.of("json", "yaml", "wide", "name", "table").iterator();
    }
  }

  /** True when the answer was printed for a program; false when it is to be shown to a person. */
  final boolean isPrinted(Message answer) {
    if (format == Format.JSON) {
      terminal().out().print(JsonText.of(MessageTree.of(answer)));
    } else if (format == Format.YAML) {
      terminal().out().print(YamlText.of(MessageTree.of(answer)));
    }
    return format == Format.JSON || format == Format.YAML;
  }

  /** The same, with the one name that stands for the answer. */
  final boolean isPrinted(Message answer, String name) {
    if (format == Format.NAME) {
      terminal().out().println(Text.clean(name));
      return true;
    }
    return isPrinted(answer);
  }

  /** Prints a table, or to standard error what an empty one means. */
  final int print(Table table, String whenEmpty) {
    if (table.isEmpty()) {
      terminal().err().println(whenEmpty);
    } else {
      table.print(terminal().out(), terminal().isColourful());
    }
    return ExitCode.DONE;
  }

  final void line(String text) {
    terminal().out().println(Text.clean(text));
  }
}

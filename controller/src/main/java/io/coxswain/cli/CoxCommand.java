package io.coxswain.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * One command: its options are fields, set by picocli or, for the commands typed all day, by {@link
 * QuickWords}.
 */
abstract class CoxCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private @Nullable Terminal terminal;
  private @Nullable Controller controller;

  /** Carries the command out and returns its exit status. */
  abstract int run() throws Exception;

  final void on(Terminal here, String socketOption) {
    terminal = here;
    controller = new Controller(Controller.socket(socketOption, here), here);
  }

  /** Another command at the same place. */
  final <T extends CoxCommand> T beside(T other) {
    CoxCommand there = other;
    there.terminal = terminal;
    there.controller = controller;
    return other;
  }

  final Terminal terminal() {
    return Objects.requireNonNull(terminal, "terminal");
  }

  final Controller controller() {
    return Objects.requireNonNull(controller, "controller");
  }
}

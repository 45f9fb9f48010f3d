package io.coxswain.cli;

/** The command {@code cox}. */
public final class CoxMain {
  private CoxMain() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    int exitCode = run(args, terminal);
    terminal.flush();
    // Nothing is left to do that a shutdown hook or another thread could do better.
    Runtime.getRuntime().halt(exitCode);
  }

  /**
   * Runs one command; returns its exit status. Everything printed is in the terminal's streams,
   * perhaps not flushed.
   */
  static int run(String[] args, Terminal terminal) {
    try {
      QuickWords.Parsed quick = QuickWords.parse(args);
      if (quick != null) {
        quick.command().on(terminal, quick.socket());
        return quick.command().run();
      }
      return CommandTree.run(args, terminal);
    } catch (CoxException e) {
      terminal.out().flush();
      e.print(terminal.err());
      return e.exitCode();
    } catch (Exception e) {
      terminal.out().flush();
      terminal.err().println("error: " + Text.clean(String.valueOf(e)));
      return ExitCode.FAILED;
    }
  }
}

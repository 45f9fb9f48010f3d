package io.coxswain.cli;

import java.util.List;
import java.util.Locale;

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
      return failed(e, args, terminal);
    } catch (Exception e) {
      return failed(new CoxException(ExitCode.FAILED, String.valueOf(e), ""), args, terminal);
    }
  }

  private static int failed(CoxException e, String[] args, Terminal terminal) {
    terminal.out().flush();
    if (isForProgram(args)) {
      e.printJson(terminal.err());
    } else {
      e.print(terminal.err());
    }
    return e.exitCode();
  }

  // From the words alone: what could not be parsed fails for the same reader.
  private static boolean isForProgram(String[] args) {
    if (args.length == 0 || args[0].equals("ssh")) {
      return false;
    }
    for (int i = 0; i < args.length; i++) {
      String word = args[i].toLowerCase(Locale.ROOT);
      boolean isValue = i > 0 && (args[i - 1].equals("-o") || args[i - 1].equals("--output"));
      String value = isValue ? word : "";
      for (String option : List.of("-o=", "--output=", "-o")) {
        if (!isValue && value.isEmpty() && word.startsWith(option)) {
          value = word.substring(option.length());
        }
      }
      if (value.equals("json") || value.equals("yaml")) {
        return true;
      }
    }
    return false;
  }
}

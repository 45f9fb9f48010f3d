package io.coxswain.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * A command that ends here: what is wrong, where, what to do about it, and the exit status that
 * says so to a script.
 */
final class CoxException extends RuntimeException {
  private final int exitCode;
  private final String field;
  private final List<String> notes;
  private final List<String> fixes;

  CoxException(int exitCode, String what, String fix) {
    this(exitCode, what, "", List.of(), List.of(fix));
  }

  CoxException(int exitCode, String what, String field, List<String> notes, List<String> fixes) {
    super(what, null, false, false);
    this.exitCode = exitCode;
    this.field = field;
    this.notes = List.copyOf(notes);
    this.fixes = List.copyOf(fixes);
  }

  static CoxException usage(String what, String field, String fix) {
    return new CoxException(ExitCode.USAGE, what, field, List.of(), List.of(fix));
  }

  static CoxException refused(String what, String fix) {
    return new CoxException(ExitCode.REFUSED, what, fix);
  }

  int exitCode() {
    return exitCode;
  }

  /**
   * Prints {@code error: what (field)}, the notes, and one {@code fix:} line for each thing to do.
   */
  void print(PrintStream err) {
    err.print("error: ");
    err.print(Text.clean(String.valueOf(getMessage())));
    if (!field.isEmpty()) {
      err.print(" (" + Text.clean(field) + ")");
    }
    err.println();
    for (String note : notes) {
      err.println("  " + Text.clean(note));
    }
    for (String fix : fixes) {
      if (!fix.isEmpty()) {
        err.println("  fix: " + Text.clean(fix));
      }
    }
  }
}

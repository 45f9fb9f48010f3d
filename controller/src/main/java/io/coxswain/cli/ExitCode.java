package io.coxswain.cli;

/** The exit statuses of cox. Compile-time constants, so that using one loads nothing. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;
  static final int NOT_FOUND = 4;
  static final int TIMED_OUT = 5;

  private ExitCode() {}
}

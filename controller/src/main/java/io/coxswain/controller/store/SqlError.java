package io.coxswain.controller.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What SQLite's result codes mean to people (https://sqlite.org/rescode.html). */
final class SqlError {
  private static final int BUSY = 5;
  private static final int READONLY = 8;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CONSTRAINT = 19;
  private static final int NOT_A_DATABASE = 26;

  private SqlError() {}

  /** Whether a unique column, a key or a reference forbids it. */
  static boolean isConstraint(Throwable thrown) {
    return code(thrown) == CONSTRAINT;
  }

  static StoreException of(Path database, Throwable thrown) {
    if (thrown instanceof StoreException known) {
      return known;
    }
    String message =
        switch (code(thrown)) {
          case FULL ->
              "disk full (expected: free space for the database); reads go on, writes work again when there is space";
          case BUSY -> "locked by another process (expected: the controller alone uses it)";
          case READONLY ->
              "cannot be written (expected: a file system mounted read-write, and a write transaction)";
          case IOERR -> "input/output error (expected: a healthy disk); see the kernel's log";
          case CORRUPT, NOT_A_DATABASE ->
              "damaged (expected: an SQLite database); restore it from a backup";
          case CONSTRAINT -> "refused: a row contradicts another (" + words(thrown) + ")";
          default -> "failed: " + words(thrown);
        };
    return new StoreException(
        "database " + database + ": " + message + "; nothing of this transaction was kept", thrown);
  }

  private static int code(Throwable thrown) {
    SQLException cause = cause(thrown);
    return cause == null ? 0 : cause.getErrorCode();
  }

  private static String words(Throwable thrown) {
    SQLException cause = cause(thrown);
    return String.valueOf((cause == null ? thrown : cause).getMessage());
  }

  private static @Nullable SQLException cause(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }
}

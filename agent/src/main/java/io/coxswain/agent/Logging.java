package io.coxswain.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line per message to stderr; under systemd with the journal's level in front (sd-daemon(3))
 * and without a time, which it has.
 */
final class Logging {
  // Loggers are collected when nobody holds them, and forget their levels.
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private Logging() {}

  static void start(@Nullable String journalStream) {
    boolean isJournal = journalStream != null && !journalStream.isEmpty();
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new Line(isJournal));
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.INFO);
    GRPC.setLevel(Level.WARNING);
  }

  /** For commands that people type: errors are told by the command itself. */
  static void startQuiet() {
    start(null);
    Logger.getLogger("").setLevel(Level.SEVERE);
    GRPC.setLevel(Level.OFF);
  }

  /** The form of a message. */
  private static final class Line extends Formatter {
    private final boolean isJournal;

    Line(boolean isJournal) {
      this.isJournal = isJournal;
    }

    @Override
    public String format(LogRecord record) {
      String prefix = isJournal ? priority(record.getLevel()) : record.getInstant() + " ";
      String text = prefix + formatMessage(record) + "\n";
      return record.getThrown() == null ? text : text + trace(prefix, record.getThrown());
    }

    // syslog(3): 3 error, 4 warning, 6 informational, 7 debug.
    private static String priority(Level level) {
      if (level.intValue() >= Level.SEVERE.intValue()) {
        return "<3>";
      }
      if (level.intValue() >= Level.WARNING.intValue()) {
        return "<4>";
      }
      return level.intValue() >= Level.INFO.intValue() ? "<6>" : "<7>";
    }

    private static String trace(String prefix, Throwable thrown) {
      StringWriter text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text));
      return text.toString().indent(2).replaceAll("(?m)^", prefix).stripTrailing() + "\n";
    }
  }
}

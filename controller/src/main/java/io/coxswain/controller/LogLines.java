package io.coxswain.controller;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * The log as lines on stderr: with syslog's priority before each line for the journal, with the
 * time for people.
 */
final class LogLines extends Formatter {
  // The log manager holds loggers weakly: without this the level would be forgotten.
  private static final Logger OURS = Logger.getLogger("io.coxswain");

  /**
   * They warn of what is known and harmless: a socket option that Unix sockets lack, a gauge that
   * is there already.
   */
  private static final List<Logger> NOISY =
      List.of(
          Logger.getLogger("io.netty.bootstrap.ServerBootstrap"),
          Logger.getLogger("io.micrometer"));

  private final boolean isForJournal;

  LogLines(boolean isForJournal) {
    this.isForJournal = isForJournal;
  }

  /**
   * Sends all logging to stderr. systemd sets JOURNAL_STREAM where stderr is its journal
   * (systemd.exec(5)).
   */
  static void install(boolean isForJournal) {
    LogManager.getLogManager().reset();
    Handler handler =
        new StreamHandler(System.err, new LogLines(isForJournal)) {
          @Override
          public synchronized void publish(LogRecord entry) {
            super.publish(entry);
            flush();
          }
        };
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    OURS.setLevel(Level.INFO);
    NOISY.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder text = new StringBuilder(formatMessage(entry));
    if (entry.getThrown() != null) {
      StringWriter trace = new StringWriter();
      entry.getThrown().printStackTrace(new PrintWriter(trace));
      text.append('\n').append(trace);
    }
    String head =
        isForJournal
            ? "<" + priority(entry.getLevel()) + ">"
            : time(entry) + " " + entry.getLevel() + " ";
    StringBuilder lines = new StringBuilder();
    text.toString().lines().forEach(line -> lines.append(head).append(line).append('\n'));
    return lines.toString();
  }

  private static Instant time(LogRecord entry) {
    return entry.getInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static int priority(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return 3;
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return 4;
    }
    return level.intValue() >= Level.INFO.intValue() ? 6 : 7;
  }
}

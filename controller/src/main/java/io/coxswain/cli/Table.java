package io.coxswain.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns, two spaces apart, without trailing blanks; states coloured for a person. */
final class Table {
  private static final String GREEN = "\033[32m";
  private static final String YELLOW = "\033[33m";
  private static final String RED = "\033[31m";
  private static final String PLAIN = "\033[0m";

  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  Table(String... header) {
    widths = new int[header.length];
    add(header);
  }

  /** Adds a row; an empty cell shows as a dash. */
  void add(String... cells) {
    String[] row = new String[widths.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Text.orDash(Text.clean(cells[i]));
      widths[i] = Math.max(widths[i], row[i].length());
    }
    rows.add(row);
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  void print(PrintStream out, boolean colourful) {
    print(out, colourful, "");
  }

  void print(PrintStream out, boolean colourful, String indent) {
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      text.append(indent);
      for (int i = 0; i < row.length; i++) {
        String colour = colourful ? colour(row[i]) : "";
        text.append(colour).append(row[i]).append(colour.isEmpty() ? "" : PLAIN);
        if (i < row.length - 1) {
          text.repeat(' ', widths[i] - row[i].length() + 2);
        }
      }
      text.append('\n');
    }
    out.print(text);
  }

  /** The colour of a state by its first word; empty for everything that is no state. */
  static String colour(String cell) {
    int space = cell.indexOf(' ');
    return switch (space < 0 ? cell : cell.substring(0, space)) {
      case "RUNNING", "CONNECTED", "PASS", "SUCCEEDED" -> GREEN;
      case "STALE", "WARNING", "UNKNOWN", "DESTROYING", "STOPPED", "CANCELLED" -> YELLOW;
      case "FAILED", "LOST", "CRITICAL", "(quarantined)", "(revoked)" -> RED;
      default -> "";
    };
  }

  static String coloured(String text, boolean colourful) {
    String colour = colourful ? colour(text) : "";
    return colour.isEmpty() ? text : colour + text + PLAIN;
  }
}

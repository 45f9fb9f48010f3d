package io.coxswain.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A page about one thing: labelled lines, aligned, with tables and notes between them. */
final class Page {
  private final PrintStream out;
  private final boolean isColourful;
  private final List<String[]> pending = new ArrayList<>();

  Page(Terminal terminal) {
    out = terminal.out();
    isColourful = terminal.isColourful();
  }

  /** A labelled line; left out when there is nothing to say. */
  Page fact(String label, String value) {
    if (!value.isEmpty() && !value.equals("-")) {
      pending.add(new String[] {label, Text.clean(value)});
    }
    return this;
  }

  /** A labelled value of several lines. */
  Page facts(String label, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      pending.add(new String[] {i == 0 ? label : "", Text.clean(values.get(i))});
    }
    return this;
  }

  Page table(Table table) {
    if (!table.isEmpty()) {
      gap();
      table.print(out, isColourful);
    }
    return this;
  }

  Page heading(String text) {
    gap();
    out.println(Text.clean(text));
    return this;
  }

  Page line(String text) {
    flush();
    out.println(Text.clean(text).isEmpty() ? "" : "  " + Text.clean(text));
    return this;
  }

  private void gap() {
    flush();
    out.println();
  }

  void flush() {
    int width = 0;
    for (String[] fact : pending) {
      width = Math.max(width, fact[0].length());
    }
    for (String[] fact : pending) {
      StringBuilder line = new StringBuilder(fact[0]).repeat(' ', width - fact[0].length() + 2);
      out.println(line.append(Table.coloured(fact[1], isColourful)));
    }
    pending.clear();
  }
}

package io.coxswain.agent.probe;

import java.util.ArrayList;
import java.util.List;

/** Slurm's short form of node names: "c-7f3a-[0-2,7],login1". */
final class HostList {
  // Slurm itself allows 65536 nodes; a longer list is garbage.
  private static final int MOST_NAMES = 65_536;

  private HostList() {}

  /**
   * In order; empty for an empty list. Throws IllegalArgumentException for what is not a host list.
   */
  static List<String> expand(String text) {
    List<String> names = new ArrayList<>();
    for (String part : split(text)) {
      expand("", part, names);
    }
    return names;
  }

  private static void expand(String prefix, String rest, List<String> names) {
    int open = rest.indexOf('[');
    if (open < 0) {
      if (names.size() == MOST_NAMES) {
        throw new IllegalArgumentException("host list of more than " + MOST_NAMES + " names");
      }
      names.add(prefix + rest);
      return;
    }
    int close = rest.indexOf(']', open);
    if (close < 0) {
      throw new IllegalArgumentException(
          "host list \"" + rest + "\" (expected: a closing bracket)");
    }
    String before = prefix + rest.substring(0, open);
    String after = rest.substring(close + 1);
    for (String range : rest.substring(open + 1, close).split(",", -1)) {
      for (String number : numbers(range)) {
        expand(before + number, after, names);
      }
    }
  }

  /** "08-11" is 08, 09, 10, 11: leading zeros belong to the name. */
  private static List<String> numbers(String range) {
    if (!range.matches("\\d{1,9}(-\\d{1,9})?")) {
      throw new IllegalArgumentException("range \"" + range + "\" (expected: 3 or 0-7)");
    }
    int dash = range.indexOf('-');
    if (dash < 0) {
      return List.of(range);
    }
    String first = range.substring(0, dash);
    int from = Integer.parseInt(first);
    int to = Integer.parseInt(range.substring(dash + 1));
    if (to < from || to - from >= MOST_NAMES) {
      throw new IllegalArgumentException(
          "range \"" + range + "\" (expected: at most " + MOST_NAMES + " upwards)");
    }
    List<String> numbers = new ArrayList<>();
    for (int number = from; number <= to; number++) {
      String digits = Integer.toString(number);
      numbers.add("0".repeat(Math.max(0, first.length() - digits.length())) + digits);
    }
    return numbers;
  }

  /** At the commas that are not inside brackets. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char at = i < text.length() ? text.charAt(i) : ',';
      if (at == '[') {
        depth++;
      } else if (at == ']') {
        depth--;
      } else if (at == ',' && (depth == 0 || i == text.length())) {
        if (i > start) {
          parts.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return parts;
  }
}

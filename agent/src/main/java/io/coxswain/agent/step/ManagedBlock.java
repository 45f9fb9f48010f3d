package io.coxswain.agent.step;

import java.util.ArrayList;
import java.util.List;

/**
 * Our lines in a file that others edit too, between two marker lines; every other line stays as it
 * is.
 */
final class ManagedBlock {
  private static final String BEGIN = "# BEGIN coxswain: lines up to END are replaced";
  private static final String END = "# END coxswain";

  private ManagedBlock() {}

  /**
   * The text with our block replaced where it was, else added at the end; without lines there is no
   * block.
   */
  static String replace(String text, List<String> lines) {
    List<String> kept = new ArrayList<>(text.lines().toList());
    int begin = kept.indexOf(BEGIN);
    int at = kept.size();
    if (begin >= 0) {
      int length = kept.subList(begin, kept.size()).indexOf(END) + 1;
      // A begin without an end was edited by somebody: only the marker is surely ours.
      kept.subList(begin, begin + Math.max(1, length)).clear();
      at = begin;
    }
    if (!lines.isEmpty()) {
      List<String> block = new ArrayList<>();
      block.add(BEGIN);
      block.addAll(lines);
      block.add(END);
      kept.addAll(at, block);
    }
    return kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
  }
}

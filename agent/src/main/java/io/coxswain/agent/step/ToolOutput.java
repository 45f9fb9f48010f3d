package io.coxswain.agent.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one node's tool printed, taken out of the text of many nodes: {@code HOST|line}, then {@code
 * HOST#exit N}, or {@code HOST#absent} alone.
 *
 * @param end "exit 0", "absent", or why there is none
 */
record ToolOutput(List<String> lines, String end) {
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]+)([|#])(.*)");
  private static final Pattern END = Pattern.compile("absent|exit \\d{1,3}");

  ToolOutput {
    lines = List.copyOf(lines);
  }

  /** One that never came. */
  static ToolOutput lost(String why) {
    return new ToolOutput(List.of(), why);
  }

  static Map<String, ToolOutput> parseAll(String text) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    Map<String, String> ends = new LinkedHashMap<>();
    text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(
            m -> {
              if (m.group(2).equals("|")) {
                lines.computeIfAbsent(m.group(1), host -> new ArrayList<>()).add(m.group(3));
              } else if (END.matcher(m.group(3)).matches()) {
                ends.put(m.group(1), m.group(3));
              }
            });
    Map<String, ToolOutput> answers = new LinkedHashMap<>();
    // One without an end was cut off.
    ends.forEach(
        (host, end) -> answers.put(host, new ToolOutput(lines.getOrDefault(host, List.of()), end)));
    return answers;
  }

  boolean isAbsent() {
    return end.equals("absent");
  }

  boolean isGood() {
    return end.equals("exit 0");
  }

  /** In a few words: the end, and the last line that says anything. */
  String trouble() {
    String last =
        lines.stream().filter(line -> !line.isBlank()).reduce((one, other) -> other).orElse("");
    String what = isGood() ? "its output was not understood" : end;
    return last.isEmpty() ? what : what + ": " + last.strip();
  }
}

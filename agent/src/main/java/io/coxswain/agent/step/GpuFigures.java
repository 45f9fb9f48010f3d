package io.coxswain.agent.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The figures in what GPU tools print, as {@code VALUE GB/s words}. Of several GPUs the slowest
 * counts: a sum or a mean would hide it.
 */
final class GpuFigures {
  private static final String NUMBER = "\\d{1,9}(?:\\.\\d{1,6})?";
  // nvbandwidth: " 0     55.64     55.61", the row's number first.
  private static final Pattern ROW = Pattern.compile("\\s*\\d{1,3}((?:\\s+" + NUMBER + ")+)\\s*");
  private static final Pattern SECTION =
      Pattern.compile("(Host to Device|Device to Host|Device to Device) Bandwidth.*");
  private static final Pattern UNIT = Pattern.compile(".*Bandwidth\\((GB|MB)/s\\).*");
  private static final Pattern TRANSFER = Pattern.compile("\\s*\\d{1,12}\\s+(" + NUMBER + ")\\s*");
  private static final Pattern BUS =
      Pattern.compile("#\\s*Avg bus bandwidth\\s*:\\s*(" + NUMBER + ")\\s*");
  private static final Pattern WRONG =
      Pattern.compile("#\\s*Out of bounds values\\s*:\\s*(\\d+)\\b.*");

  private GpuFigures() {}

  /** The named test's matrix of one row. */
  static Optional<String> nvbandwidth(List<String> lines, String test) {
    int start = lines.indexOf("Running " + test + ".");
    // A title and a row of column numbers stand between.
    if (start < 0 || start + 3 >= lines.size()) {
      return Optional.empty();
    }
    Matcher row = ROW.matcher(lines.get(start + 3));
    if (!row.matches()) {
      return Optional.empty();
    }
    List<Double> values = new ArrayList<>();
    for (String word : row.group(1).strip().split("\\s+", -1)) {
      values.add(Double.parseDouble(word));
    }
    return slowest(values);
  }

  /** One answer for each GPU, in order. */
  static Optional<String> samples(List<ToolOutput> answers, String section) {
    List<Double> values = new ArrayList<>();
    for (ToolOutput answer : answers) {
      Optional<Double> value = sample(answer.lines(), section);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return slowest(values);
  }

  private static Optional<Double> sample(List<String> lines, String wanted) {
    String section = "";
    double divisor = 1;
    for (String line : lines) {
      Matcher head = SECTION.matcher(line.strip());
      Matcher unit = UNIT.matcher(line);
      Matcher transfer = TRANSFER.matcher(line);
      if (head.matches()) {
        section = head.group(1);
      } else if (unit.matches()) {
        // Samples before CUDA 10.1 print MB/s.
        divisor = unit.group(1).equals("MB") ? 1000 : 1;
      } else if (section.equals(wanted) && transfer.matches()) {
        return Optional.of(Double.parseDouble(transfer.group(1)) / divisor);
      }
    }
    return Optional.empty();
  }

  /** The mean over message sizes, as nccl-tests gives it; none where it found wrong values. */
  static Optional<String> allReduce(List<String> lines) {
    Optional<String> value = first(BUS, lines);
    Optional<String> wrong = first(WRONG, lines);
    return value
        .filter(v -> wrong.filter("0"::equals).isPresent())
        .map(v -> String.format(Locale.ROOT, "%.2f GB/s bus bandwidth", Double.parseDouble(v)));
  }

  private static Optional<String> first(Pattern pattern, List<String> lines) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst();
  }

  private static Optional<String> slowest(List<Double> values) {
    int slowest = 0;
    for (int i = 1; i < values.size(); i++) {
      slowest = values.get(i) < values.get(slowest) ? i : slowest;
    }
    String words =
        values.size() == 1 ? "" : " GPU %d, the slowest of %d".formatted(slowest, values.size());
    return Optional.of(String.format(Locale.ROOT, "%.2f GB/s", values.get(slowest)) + words);
  }
}

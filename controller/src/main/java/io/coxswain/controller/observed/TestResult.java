package io.coxswain.controller.observed;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an active test, as the contract's {@code SlurmNodesMeasured} has it.
 *
 * @param kind "mpi-latency", "mpi-bandwidth", "host-to-device", "gpu-memory" or "nccl-all-reduce";
 *     empty when skipped
 * @param peer the other node; empty for what one node does alone
 * @param value 0 where nothing was measured
 * @param detail why not; or more about the value
 */
public record TestResult(
    State state, String kind, String node, String peer, double value, String unit, String detail) {
  private static final String WORD = "([A-Za-z0-9_-]+)";
  private static final Pattern MEASURED =
      Pattern.compile(
          "measured "
              + WORD
              + " "
              + WORD
              + " "
              + WORD
              + " (\\d{1,12}(?:\\.\\d{1,6})?) (us|MB/s|GB/s)(?: (.*))?");
  private static final Pattern OTHER =
      Pattern.compile("(unsupported|failed|skipped) " + WORD + " " + WORD + " " + WORD + " (.*)");

  /** What became of it. */
  public enum State {
    MEASURED,
    /** The node lacks what it takes. */
    UNSUPPORTED,
    FAILED,
    /** Nothing was run on the node. */
    SKIPPED
  }

  /** Those among the lines; others are passed over, as a newer agent may have more to say. */
  public static List<TestResult> parseAll(String text) {
    return text.lines().map(TestResult::parse).flatMap(Optional::stream).toList();
  }

  private static Optional<TestResult> parse(String line) {
    Matcher measured = MEASURED.matcher(line.strip());
    if (measured.matches()) {
      String more = measured.group(6);
      return Optional.of(
          new TestResult(
              State.MEASURED,
              word(measured.group(1)),
              measured.group(2),
              word(measured.group(3)),
              Double.parseDouble(measured.group(4)),
              measured.group(5),
              more == null ? "" : more));
    }
    Matcher other = OTHER.matcher(line.strip());
    return other.matches()
        ? Optional.of(
            new TestResult(
                switch (other.group(1)) {
                  case "unsupported" -> State.UNSUPPORTED;
                  case "failed" -> State.FAILED;
                  default -> State.SKIPPED;
                },
                word(other.group(2)),
                other.group(3),
                word(other.group(4)),
                0,
                "",
                other.group(5)))
        : Optional.empty();
  }

  private static String word(String text) {
    return text.equals("-") ? "" : text;
  }
}

package io.coxswain.agent.host;

import java.util.List;
import java.util.stream.Stream;

/** What programs printed, shortened for people. */
public final class Output {
  private static final int LINES = 20;
  private static final int WIDTH = 400;

  private Output() {}

  /** The last lines that are not blank, of the second text if it has any, else of the first. */
  public static List<String> tail(String out, String err) {
    return lines(err.isBlank() ? out : err);
  }

  /** The last lines of both. */
  public static List<String> tail(Commands.Result result) {
    return lines(result.out() + "\n" + result.err());
  }

  private static List<String> lines(String text) {
    List<String> lines =
        text.lines()
            .filter(line -> !line.isBlank())
            .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH) + " …" : line)
            .toList();
    Stream<String> last = lines.stream().skip(Math.max(0, lines.size() - LINES));
    return last.toList();
  }
}

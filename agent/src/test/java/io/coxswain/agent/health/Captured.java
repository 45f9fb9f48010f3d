package io.coxswain.agent.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lines of real kernel logs; src/test/resources/captured/README.md says whose. */
final class Captured {
  private Captured() {}

  static List<String> lines(String name) {
    try {
      return Files.readAllLines(Path.of("src/test/resources/captured/nvrm", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The only line that holds the text. */
  static String line(String text) {
    List<String> found =
        List.of("xid.txt", "driver.txt", "source.txt").stream()
            .flatMap(name -> lines(name).stream())
            .filter(line -> line.contains(text))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(text + ": in " + found.size() + " lines (expected: 1)");
    }
    return found.getFirst();
  }
}

package io.coxswain.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts as people see them, kept in src/test/resources/golden/cli; -Dgolden=write writes them anew.
 */
final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden/cli");

  private Golden() {}

  static void check(String name, String actual) {
    Path file = DIRECTORY.resolve(name + ".txt");
    try {
      if ("write".equals(System.getProperty("golden"))) {
        Files.createDirectories(DIRECTORY);
        Files.writeString(file, actual);
      }
      assertThat(actual).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

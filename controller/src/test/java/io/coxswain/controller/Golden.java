package io.coxswain.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that are made from code and committed, so that a change of them is seen in review. {@code
 * -Dgolden=write} writes them anew.
 */
public final class Golden {
  private Golden() {}

  /** Compares with a file of the module, {@code docs/lifecycle.md}. */
  public static void file(String path, String actual) {
    Path file = Path.of(path);
    try {
      if ("write".equals(System.getProperty("golden"))) {
        Path folder = file.getParent();
        if (folder != null) {
          Files.createDirectories(folder);
        }
        Files.writeString(file, actual);
      }
      assertThat(file).as("made by mvn test -Dgolden=write").exists();
      assertThat(actual)
          .as(path + " (mvn test -Dgolden=write rewrites it)")
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares with a file under {@code src/test/resources/golden}. */
  public static void resource(String path, String actual) {
    file("src/test/resources/golden/" + path, actual);
  }
}

package io.coxswain.agent.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What real programs printed; src/test/resources/captured/README.md says where. */
final class Captured {
  private Captured() {}

  static String text(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/captured", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

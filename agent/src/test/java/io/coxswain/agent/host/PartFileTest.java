package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that arrives in pieces. */
class PartFileTest {
  // Of "hello world".
  private static final String DIGEST =
      "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

  @TempDir Path directory;
  private Path place;

  @BeforeEach
  void choose() {
    place = directory.resolve("archive.tar");
  }

  @Test
  void itGoesOnWhereItWasCutAndIsThereWhenItIsWhole() {
    try (PartFile part = PartFile.open(place)) {
      part.append(bytes("hello "));
    }
    assertThat(place).doesNotExist();
    try (PartFile part = PartFile.open(place)) {
      assertThat(part.size()).isEqualTo(6);
      part.append(bytes("world"));
      part.finish(DIGEST);
    }
    assertThat(place).hasContent("hello world");
    assertThat(PartFile.part(place)).doesNotExist();
  }

  @Test
  void oneOfAnotherDigestIsThrownAway() {
    try (PartFile part = PartFile.open(place)) {
      part.append(bytes("hello w0rld"));
      assertThatThrownBy(() -> part.finish(DIGEST))
          .isInstanceOf(HostException.class)
          .hasMessageContaining("(expected: sha256:" + DIGEST + ")");
    }
    assertThat(Files.exists(place) || Files.exists(PartFile.part(place))).isFalse();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}

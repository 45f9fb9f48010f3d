package io.coxswain.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.bundle.Catalogues;
import io.coxswain.controller.bundle.Shelf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site's files, read at each asking; what is refused changes nothing. */
final class SiteBundlesTest {
  private static final String OURS =
      """
      format: 1
      bundles:
        ours:
          version: %s
          text: what we have tested
          flavour: open
          branch: 580
          source: us
          rows:
            - on: [debian 12]
              manager: apt
              packages: [nvidia-driver-cuda]
              headers: "linux-headers-{kernel}"
              builds-module: true
              is-signed: false
              source: us
      """;

  @TempDir Path directory;

  @Test
  void withoutADirectoryThereIsWhatTheControllerBrings() {
    Shelf shelf = new SiteBundles(directory.resolve("none")).get();

    assertThat(shelf.refusal()).isEmpty();
    assertThat(shelf.catalogue().bundle("debian-open")).isPresent();
    assertThat(shelf.catalogue().repository("cuda-debian-12").missing()).isPresent();
  }

  @Test
  void aKeyThatASitePutsThereIsFound() throws IOException {
    Files.writeString(directory.resolve("nvidia-cuda.asc"), Catalogues.KEY);

    assertThat(new SiteBundles(directory).get().catalogue().repository("cuda-debian-12").missing())
        .isEmpty();
  }

  @Test
  void aFileThatIsRefusedLeavesTheCatalogueOfBeforeInForce() throws IOException {
    SiteBundles bundles = new SiteBundles(directory);
    Path file = Files.writeString(directory.resolve("ours.yaml"), OURS.formatted("1"));
    assertThat(bundles.get().catalogue().bundle("ours").orElseThrow().version()).isEqualTo(1);

    Files.writeString(file, OURS.formatted("two"));
    Shelf refused = bundles.get();
    assertThat(refused.catalogue().bundle("ours").orElseThrow().version()).isEqualTo(1);
    assertThat(refused.refusal())
        .contains(file + ":4: bundles.ours.version: 'two' (expected: a number from 1)");

    Files.writeString(file, OURS.formatted("2"));
    assertThat(bundles.get().refusal()).isEmpty();
    assertThat(bundles.get().catalogue().bundle("ours").orElseThrow().version()).isEqualTo(2);
    Files.delete(file);
    assertThat(bundles.get().catalogue().bundle("ours")).isEmpty();
  }

  @Test
  void aControllerWhoseSiteFilesAreWrongStartsWithItsOwn() throws IOException {
    Files.writeString(directory.resolve("ours.yaml"), "format: 1\nbundels: {}\n");
    Files.writeString(directory.resolve("notes.txt"), "not looked at");
    Shelf shelf = new SiteBundles(directory).get();

    assertThat(shelf.refusal().orElseThrow())
        .contains("ours.yaml:2: bundels: unknown (expected: one of [bundles, format");
    assertThat(shelf.catalogue().bundle("nvidia-580-open")).isPresent();
  }

  @Test
  void whatCannotBeReadIsToldToo() throws IOException {
    Files.write(directory.resolve("ours.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(new SiteBundles(directory).get().refusal().orElseThrow())
        .startsWith(directory + ": not readable: ");
    Files.write(directory.resolve("ours.yaml"), new byte[(1 << 20) + 1]);
    assertThat(new SiteBundles(directory).get().refusal().orElseThrow())
        .contains("1048577 bytes (expected: at most 1 MiB)");
  }
}

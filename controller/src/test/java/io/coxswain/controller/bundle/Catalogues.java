package io.coxswain.controller.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Catalogues to test with: the controller's own, and a site's. */
public final class Catalogues {
  public static final String KEY =
      """
      -----BEGIN PGP PUBLIC KEY BLOCK-----

      mQINBFxrKO4BEACxyz+/=
      =Ab1C
      -----END PGP PUBLIC KEY BLOCK-----
      """;

  public static final Map<String, String> KEYS =
      Map.of("nvidia-cuda.asc", KEY, "nvidia-container-toolkit.asc", KEY);

  private static final Path OWN =
      Path.of("src/main/resources/io/coxswain/controller/bundle/bundles.yaml");

  private Catalogues() {}

  static CatalogueFiles.Text text() {
    try {
      return new CatalogueFiles.Text("bundles.yaml", Files.readString(OWN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The controller's own, with the keys that a site must bring. */
  public static Catalogue own() {
    return CatalogueFiles.read(text(), List.of(), KEYS);
  }

  static Catalogue withoutKeys() {
    return CatalogueFiles.read(text(), List.of(), Map.of());
  }

  /** The controller's own with one file of a site. */
  static Catalogue with(String yaml) {
    return CatalogueFiles.read(text(), List.of(new CatalogueFiles.Text("site.yaml", yaml)), KEYS);
  }
}

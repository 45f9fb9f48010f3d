package io.coxswain.cli;

import io.coxswain.v1.Image;
import java.util.Locale;

/** One image, as people read it. */
final class ImagePage {
  // "sha256:" and twelve digits, as podman shows them.
  private static final int SHORT = 19;

  private ImagePage() {}

  static void print(Image image, Terminal terminal) {
    new Page(terminal)
        .fact("image", image.getName())
        .fact("kind", image.getKind().name())
        .fact("digest", image.getDigest())
        .fact("size", size(image.getSizeBytes()))
        .fact("format", image.getFormat().name())
        .fact("created", Text.moment(image.getCreatedAt()) + " by " + image.getCreatedBy())
        .fact(
            "clusters",
            image.getClustersCount() == 0 ? "none" : String.join(", ", image.getClustersList()))
        .flush();
  }

  static String shortDigest(Image image) {
    String digest = image.getDigest();
    return digest.length() <= SHORT ? digest : digest.substring(0, SHORT);
  }

  static String size(long bytes) {
    return bytes < 1L << 30
        ? (bytes >> 20) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}

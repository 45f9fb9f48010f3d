package io.coxswain.controller.spec;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A container image of the catalogue.
 *
 * @param digest SHA-256 of its archive, 64 hexadecimal digits
 */
public record Image(
    String name,
    Kind kind,
    String digest,
    long sizeBytes,
    ImageFormat format,
    String createdBy,
    Instant createdAt) {
  // Plain words alone: it becomes a path of the REST interface and a line of events.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final String ALGORITHM = "sha256:";

  public Image {
    requireName(name);
    requireHex(digest);
  }

  /** Where an image came from. */
  public enum Kind {
    /** Somebody's archive. */
    IMPORTED
  }

  public static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSpecException(
          "name",
          "image name: '"
              + InvalidSpecException.shown(name)
              + "' (expected: ^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$)");
    }
  }

  /** The 64 digits of "sha256:…". */
  public static String hex(String digest) {
    String digits =
        digest.startsWith(ALGORITHM) ? digest.substring(ALGORITHM.length()) : "no algorithm";
    if (!DIGEST.matcher(digits).matches()) {
      throw new InvalidSpecException(
          "digest",
          "digest: '"
              + InvalidSpecException.shown(digest)
              + "' (expected: sha256: and 64 hexadecimal digits in lower case)");
    }
    return digits;
  }

  private static void requireHex(String digits) {
    hex(ALGORITHM + digits);
  }

  /** As people write it. */
  public String reference() {
    return ALGORITHM + digest;
  }
}

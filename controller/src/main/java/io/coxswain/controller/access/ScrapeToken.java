package io.coxswain.controller.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a scraper from afar must bring: the word in a file, read anew each time, so that it can be
 * changed.
 */
public final class ScrapeToken {
  private static final int SHORTEST = 16;
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;

  public ScrapeToken(Path file) {
    this.file = file;
  }

  /** Takes as long for every wrong word. Throws when the file cannot be used. */
  public boolean isSame(String told) {
    return MessageDigest.isEqual(word(), told.getBytes(StandardCharsets.UTF_8));
  }

  /** Throws, with the reason, when the file is not there or others may have read it. */
  public void check() {
    word();
  }

  private byte[] word() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OWNERS.containsAll(permissions)) {
        throw unusable("mode " + PosixFilePermissions.toString(permissions));
      }
      String word = Files.readString(file).strip();
      if (word.length() < SHORTEST) {
        throw unusable(word.length() + " letters");
      }
      return word.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unusable("not readable (" + e.getClass().getSimpleName() + ")");
    }
  }

  private IllegalStateException unusable(String what) {
    return new IllegalStateException(
        "metrics_token: "
            + file
            + ": "
            + what
            + " (expected: a file that only the controller's user can read, mode rw-------, with at"
            + " least "
            + SHORTEST
            + " letters)");
  }
}

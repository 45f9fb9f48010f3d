package io.coxswain.agent.metrics;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** What a scraper from the network must bring; read anew each time, so that it can be changed. */
final class ScrapeToken {
  private static final int SHORTEST = 16;
  private static final int FOR_OTHERS = 0077;

  private final byte[] word;

  private ScrapeToken(byte[] word) {
    this.word = word;
  }

  /** Refuses one that others than root may have read. */
  static ScrapeToken read(Files files, String file) {
    Optional<FileStat> found = files.stat(file);
    if (found.isEmpty()) {
      throw refused(HostException.Reason.IO_ERROR, file, "is not there");
    }
    FileStat stat = found.get();
    if (stat.kind() != Kind.FILE
        || !stat.owner().equals("root")
        || (stat.mode() & FOR_OTHERS) != 0) {
      throw refused(
          HostException.Reason.PERMISSION_DENIED,
          file,
          "is a %s of %s with mode %04o".formatted(stat.kind(), stat.owner(), stat.mode()));
    }
    String word = new String(files.read(file), StandardCharsets.UTF_8).strip();
    if (word.length() < SHORTEST) {
      throw refused(
          HostException.Reason.PERMISSION_DENIED, file, "holds " + word.length() + " letters");
    }
    return new ScrapeToken(word.getBytes(StandardCharsets.UTF_8));
  }

  private static HostException refused(HostException.Reason reason, String file, String what) {
    return new HostException(
        reason,
        "token_file "
            + file
            + " "
            + what
            + " (expected: a file of root's with mode 0600 that holds at least "
            + SHORTEST
            + " letters)");
  }

  /** Takes as long for every wrong word. */
  boolean isSame(String told) {
    return MessageDigest.isEqual(word, told.getBytes(StandardCharsets.UTF_8));
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a step remembers about the machine on its disk, where the machine itself does not say:
 * written after the deed, so that a crash in between repeats the deed.
 */
record Stamp(String directory, String name) {
  /** One that outlives every cluster. */
  Stamp(String name) {
    this("/var/lib/coxswain-agent/stamps", name);
  }

  Optional<String> read(Host host) {
    return host.files().stat(path()).isPresent()
        ? Optional.of(new String(host.files().read(path()), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  void write(Host host, String text) {
    if (host.files().stat(directory).isEmpty()) {
      host.files().createDirectory(directory, new Access(0700, "root", "root"));
    }
    host.files()
        .write(path(), text.getBytes(StandardCharsets.UTF_8), new Access(0600, "root", "root"));
  }

  void delete(Host host) {
    host.files().delete(path());
  }

  static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every Java", e);
    }
  }

  private String path() {
    return directory + "/" + name.replaceAll("[^A-Za-z0-9@._-]", "_");
  }
}

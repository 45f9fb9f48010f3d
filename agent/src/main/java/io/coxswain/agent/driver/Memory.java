package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The agent's directory for what it remembers of drivers; root's alone. */
final class Memory {
  static final String DIRECTORY = "/var/lib/coxswain-agent/driver";
  private static final Access OURS = new Access(0700, "root", "root");
  private static final Access FILE = new Access(0600, "root", "root");

  private Memory() {}

  static void make(Host host, String directory) {
    if (host.files().stat(directory).isEmpty()) {
      host.files().createDirectory(directory, OURS);
    }
  }

  static Optional<List<String>> lines(Host host, String path) {
    return host.files().stat(path).isEmpty()
        ? Optional.empty()
        : Optional.of(new String(host.files().read(path), StandardCharsets.UTF_8).lines().toList());
  }

  static void write(Host host, String path, List<String> lines) {
    write(host, path, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static void write(Host host, String path, byte[] content) {
    make(host, DIRECTORY);
    host.files().write(path, content, FILE);
  }

  /** A text as one word of a path. */
  static String word(String text) {
    return text.replaceAll("[^A-Za-z0-9@._-]", "_");
  }
}

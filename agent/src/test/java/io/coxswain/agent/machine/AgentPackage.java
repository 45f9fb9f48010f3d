package io.coxswain.agent.machine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;

/** The .deb of this module, as {@code mvn -Pdeb package} leaves it. */
final class AgentPackage {
  private static final Path TARGET = Path.of("target");
  private static final String HOW = "mvn -Pdeb -DskipTests package";

  private AgentPackage() {}

  static Path find() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      List<Path> found =
          files
              .filter(
                  file -> file.getFileName().toString().matches("coxswain-agent_.+_amd64\\.deb"))
              .toList();
      if (found.size() != 1) {
        throw new IllegalStateException(
            "packages under %s: %s (expected: the agent's alone, built by %s)"
                .formatted(TARGET.toAbsolutePath(), found, HOW));
      }
      return found.getFirst();
    }
  }

  /** Throws when the package was built from other classes than are tested now. */
  static void demandFresh(byte[] packagedJar) throws IOException {
    Map<String, byte[]> packaged = new HashMap<>();
    try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(packagedJar))) {
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        packaged.put(entry.getName(), jar.readAllBytes());
      }
    }
    Path classes = TARGET.resolve("classes");
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString();
        if (!Arrays.equals(Files.readAllBytes(file), packaged.get(name))) {
          throw new IllegalStateException(
              "package: its %s is not the one in %s (expected: the same; build it by %s)"
                  .formatted(name, classes, HOW));
        }
      }
    }
  }
}

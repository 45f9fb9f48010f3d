package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The C fake of the driver's library, built by gcc into a directory, and its configuration file.
 */
final class FakeNvml {
  // Far above what a busy machine needs to start a JVM: no test waits for it.
  static final Duration PATIENT = Duration.ofSeconds(60);
  private static final Path SOURCES = Path.of("src/test/native");

  private final Path directory;

  private FakeNvml(Path directory) {
    this.directory = directory;
  }

  static FakeNvml build(Path directory, String... moreOptions) {
    List<String> argv =
        new ArrayList<>(List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"));
    argv.addAll(
        List.of(
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
            "-pthread",
            "-Wl,-soname,libnvidia-ml.so.1"));
    argv.addAll(List.of(moreOptions));
    argv.addAll(
        List.of(
            "-o",
            directory.resolve("libnvidia-ml.so.1").toString(),
            SOURCES.resolve("fake_nvml.c").toString()));
    run(argv);
    return new FakeNvml(directory);
  }

  /** A library of no bytes, as a full disk or a broken package leaves it. */
  static FakeNvml empty(Path directory) throws IOException {
    Files.createFile(directory.resolve("libnvidia-ml.so.1"));
    return new FakeNvml(directory);
  }

  /** "struct.member" to its offset and "struct" to its size, as the C compiler lays them out. */
  static String layouts(Path directory) {
    String program = directory.resolve("layouts").toString();
    run(
        List.of(
            "gcc",
            "-std=gnu11",
            "-Wall",
            "-Werror",
            "-o",
            program,
            SOURCES.resolve("layouts.c").toString()));
    return run(List.of(program));
  }

  /** Replaces the configuration; a library that is already loaded sees it at its next call. */
  FakeNvml configured(String... lines) {
    try {
      Path next =
          Files.writeString(
              directory.resolve("next"), "serial=test\n" + String.join("\n", lines) + "\n");
      Files.move(next, configuration(), StandardCopyOption.REPLACE_EXISTING);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path configuration() {
    return directory.resolve("fake-nvml.conf");
  }

  /** A child of the test's own runtime that finds this library. */
  NvmlSettings settings(Duration call) {
    List<String> argv = new ArrayList<>(NvmlSettings.ofThisRuntime().argv());
    argv.add(1, "-Djna.library.path=" + directory);
    return new NvmlSettings(
        argv,
        Map.of("PATH", "/usr/bin:/bin", "FAKE_NVML_CONF", configuration().toString()),
        new NvmlSettings.Deadlines(PATIENT, PATIENT, call, PATIENT.multipliedBy(2)));
  }

  private static String run(List<String> argv) {
    try {
      Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
      String printed =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", argv.getFirst(), printed).isZero();
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + argv + " ran", e);
    }
  }
}

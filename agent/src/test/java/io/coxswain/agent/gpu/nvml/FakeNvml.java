package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The C fake of the driver's library, built by gcc once for each set of options, and its
 * configuration file in a directory of the test's own.
 */
final class FakeNvml {
  // Far above what a busy machine needs to start a JVM: no test waits for it.
  static final Duration PATIENT = Duration.ofSeconds(60);
  private static final Path SOURCES = Path.of("src/test/native");
  private static final Path BUILT = Path.of("target/fake-nvml");
  private static final Map<List<String>, Path> LIBRARIES = new ConcurrentHashMap<>();

  private final Path directory;
  private final Path library;

  private FakeNvml(Path directory, Path library) {
    this.directory = directory;
    this.library = library;
  }

  static FakeNvml build(Path directory, String... moreOptions) {
    return new FakeNvml(
        directory, LIBRARIES.computeIfAbsent(List.of(moreOptions), FakeNvml::compiled));
  }

  /** With the symbols of one driver branch: 535, 550, 570, 580, 590 or 595. */
  static FakeNvml ofBranch(int branch, Path directory) {
    return build(directory, "-DBRANCH=" + branch);
  }

  private static Path compiled(List<String> moreOptions) {
    List<String> argv =
        new ArrayList<>(List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"));
    argv.addAll(
        List.of(
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
            "-pthread",
            "-Wl,-soname,libnvidia-ml.so.1"));
    argv.addAll(moreOptions);
    try {
      Path place = Files.createDirectories(BUILT.resolve("options" + moreOptions.hashCode()));
      argv.addAll(
          List.of(
              "-o",
              place.resolve("libnvidia-ml.so.1").toString(),
              SOURCES.resolve("fake_nvml.c").toString()));
      run(argv);
      return place.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A library of no bytes, as a full disk or a broken package leaves it. */
  static FakeNvml empty(Path directory) throws IOException {
    Files.createFile(directory.resolve("libnvidia-ml.so.1"));
    return new FakeNvml(directory, directory);
  }

  /** Structures as the C compiler lays them out, in the form of the measured ones. */
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

  Path inDirectory(String name) {
    return directory.resolve(name);
  }

  /** A child of the test's own runtime that finds this library. */
  NvmlSettings settings(Duration call) {
    List<String> argv = new ArrayList<>(NvmlSettings.ofThisRuntime().argv());
    argv.add(1, "-Djna.library.path=" + library);
    return new NvmlSettings(
        argv,
        Map.of("PATH", "/usr/bin:/bin", "FAKE_NVML_CONF", configuration().toString()),
        new Deadlines(PATIENT, PATIENT, call, call, PATIENT.multipliedBy(2)));
  }

  private static String run(List<String> argv) {
    try {
      Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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

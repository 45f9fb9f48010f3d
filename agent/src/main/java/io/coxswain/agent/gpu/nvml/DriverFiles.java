package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.Reading;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the machine's files say of the driver, without asking it. */
final class DriverFiles {
  private static final String MODULE_VERSION = "/sys/module/nvidia/version";
  // "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build  …"
  private static final String PROC_VERSION = "/proc/driver/nvidia/version";
  private static final Pattern RELEASE = Pattern.compile("\\s(\\d{3,}(?:\\.\\d+)+)\\s");
  private static final Pattern LIBRARY_VERSION = Pattern.compile("\\.so\\.(\\d{3,}(?:\\.\\d+)+)$");
  private static final List<String> LIBRARY_DIRECTORIES =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib");

  private final Files files;
  private final InstantSource clock;

  DriverFiles(Files files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  /** Of the kernel module that is loaded; Unsupported when none is. */
  Reading<String> module() {
    Optional<String> version =
        text(MODULE_VERSION)
            .or(() -> text(PROC_VERSION).flatMap(text -> first(RELEASE, text + " ")));
    return version
        .<Reading<String>>map(this::known)
        .orElseGet(() -> new Reading.Unsupported<>("the kernel module nvidia is not loaded"));
  }

  /** Of the library that the next program will load. */
  Reading<String> installedLibrary() {
    for (String directory : LIBRARY_DIRECTORIES) {
      String path = directory + "/" + NvmlLibrary.NAME;
      if (files.stat(path).isEmpty()) {
        continue;
      }
      try {
        return first(LIBRARY_VERSION, files.readLink(path))
            .<Reading<String>>map(this::known)
            .orElseGet(() -> new Reading.Unsupported<>(path + " names no version"));
      } catch (HostException e) {
        return new Reading.Unsupported<>(path + " is no link to a versioned file");
      }
    }
    return new Reading.Unsupported<>(
        NvmlLibrary.NAME + " is in none of " + String.join(", ", LIBRARY_DIRECTORIES));
  }

  private Reading<String> known(String version) {
    return new Reading.Known<>(version, clock.instant());
  }

  private Optional<String> text(String path) {
    try {
      return Optional.of(new String(files.read(path), StandardCharsets.UTF_8).strip())
          .filter(text -> !text.isEmpty());
    } catch (HostException e) {
      // Without the module the file is not there.
      return Optional.empty();
    }
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}

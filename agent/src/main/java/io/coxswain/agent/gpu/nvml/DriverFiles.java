package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.driver.DriverVersions;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.report.Reading;
import java.time.InstantSource;
import java.util.Optional;

/** What the machine's files say of the driver, without asking it. */
final class DriverFiles {
  private final DriverVersions versions;
  private final InstantSource clock;

  DriverFiles(Files files, InstantSource clock) {
    this.versions = new DriverVersions(files);
    this.clock = clock;
  }

  /** Of the kernel module that is loaded; Unsupported when none is. */
  Reading<String> module() {
    return versions
        .module()
        .<Reading<String>>map(this::known)
        .orElseGet(() -> new Reading.Unsupported<>("the kernel module nvidia is not loaded"));
  }

  /** Of the library that the next program will load. */
  Reading<String> installedLibrary() {
    Optional<String> path = versions.library(NvmlLibrary.NAME);
    if (path.isEmpty()) {
      return new Reading.Unsupported<>(
          NvmlLibrary.NAME
              + " is in none of "
              + String.join(", ", DriverVersions.LIBRARY_DIRECTORIES));
    }
    return versions
        .version(path.get())
        .<Reading<String>>map(this::known)
        .orElseGet(
            () -> new Reading.Unsupported<>(path.get() + " leads to no file with a version"));
  }

  private Reading<String> known(String version) {
    return new Reading.Known<>(version, clock.instant());
  }
}

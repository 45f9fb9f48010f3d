package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions that the machine's files show, without asking the driver. */
public record DriverVersions(Files files) {
  /** What programs load to ask for GPUs. */
  public static final String LIBRARY = "libnvidia-ml.so.1";

  /** What programs load to compute. */
  public static final String CUDA = "libcuda.so.1";

  public static final List<String> LIBRARY_DIRECTORIES =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib");

  private static final String MODULE_VERSION = "/sys/module/nvidia/version";
  // "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build  …"
  private static final String PROC_VERSION = "/proc/driver/nvidia/version";
  private static final Pattern RELEASE = Pattern.compile("\\s(\\d{3,}(?:\\.\\d+)+)\\s");
  private static final Pattern LIBRARY_VERSION = Pattern.compile("\\.so\\.(\\d{3,}(?:\\.\\d+)+)$");
  private static final int MOST_LINKS = 8;

  /** Of the kernel module that is loaded; empty when none is. */
  public Optional<String> module() {
    return text(MODULE_VERSION)
        .or(() -> text(PROC_VERSION).flatMap(text -> first(RELEASE, text + " ")));
  }

  /** Of which kind the loaded module is; empty when none is loaded or it does not say. */
  public Optional<Flavour> loadedFlavour() {
    return text(PROC_VERSION)
        .filter(text -> text.contains("Kernel Module"))
        .map(text -> text.contains("Open Kernel Module") ? Flavour.OPEN : Flavour.PROPRIETARY);
  }

  /** Where a library is that programs load; empty when it is nowhere. */
  public Optional<String> library(String name) {
    return LIBRARY_DIRECTORIES.stream()
        .map(directory -> directory + "/" + name)
        .filter(path -> files.stat(path).isPresent())
        .findFirst();
  }

  /**
   * Of the file that a library's path leads to, through as many links as a distribution makes (on
   * Debian two: by way of /etc/alternatives); empty where no name on the way has a version.
   */
  public Optional<String> version(String path) {
    String file = path;
    for (int i = 0; i < MOST_LINKS; i++) {
      Optional<String> version = first(LIBRARY_VERSION, file);
      if (version.isPresent()) {
        return version;
      }
      try {
        String target = files.readLink(file);
        file = java.nio.file.Path.of(file).resolveSibling(target).normalize().toString();
      } catch (HostException e) {
        // No link any more: the last file's own name has no version.
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Of the NVML library that the next program will load; empty when there is none. */
  public Optional<String> installedLibrary() {
    return library(LIBRARY).flatMap(this::version);
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

package io.coxswain.agent.driver;

import io.coxswain.agent.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The driver that is installed beside the one that runs.
 *
 * @param module version of the kernel module that is loaded
 * @param flavour of which kind that is
 * @param library version of the NVML library that the next program loads
 * @param hasLibrary whether there is such a library, be its version known or not
 * @param cards bus ids of GPUs on the PCI bus
 * @param driven how many GPUs the loaded module has; 0 without one
 */
public record RunningDriver(
    Optional<String> module,
    Optional<Flavour> flavour,
    Optional<String> library,
    boolean hasLibrary,
    List<String> cards,
    int driven) {
  private static final String DRIVEN = "/proc/driver/nvidia/gpus";

  public RunningDriver {
    cards = List.copyOf(cards);
  }

  public static RunningDriver of(Host host) {
    DriverVersions versions = new DriverVersions(host.files());
    return new RunningDriver(
        versions.module(),
        versions.loadedFlavour(),
        versions.installedLibrary(),
        versions.library(DriverVersions.LIBRARY).isPresent(),
        new NvidiaBus(host.files()).gpus(),
        host.files().list(DRIVEN).size());
  }

  /** Neither installed nor loaded. */
  public boolean isAbsent() {
    return module.isEmpty() && !hasLibrary;
  }

  /** What is wrong with what is installed, which no boot puts right. */
  public List<String> wronglyInstalled(String versionPrefix, Flavour wanted) {
    List<String> wrong = new ArrayList<>();
    if (!hasLibrary && wanted != Flavour.ANY) {
      wrong.add("library: no " + DriverVersions.LIBRARY + " (expected: the bundle's)");
    }
    if (hasLibrary && !library.orElse("").startsWith(versionPrefix)) {
      wrong.add(
          "library: %s (expected: %s*)"
              .formatted(library.orElse("a file without a version in its name"), versionPrefix));
    }
    return wrong;
  }

  /** What differs between the installed and the running driver, which loading it puts right. */
  public List<String> wronglyLoaded(Flavour wanted) {
    List<String> wrong = new ArrayList<>();
    // Without a card no module stays loaded, and none is needed.
    if (module.isEmpty() && hasLibrary && !cards.isEmpty()) {
      wrong.add(
          "kernel module: none is loaded (expected: " + library.orElse("the library's") + ")");
    }
    // Of a library without a version in its name nobody knows.
    boolean isComparable = library.isPresent() || !hasLibrary;
    if (module.isPresent() && isComparable && !module.equals(library)) {
      wrong.add(
          "kernel module: %s is loaded (expected: %s)"
              .formatted(module.get(), library.orElse("none, as there is no library")));
    }
    if (module.isPresent() && wanted != Flavour.ANY && !flavour.equals(Optional.of(wanted))) {
      wrong.add(
          "kernel module: %s is loaded (expected: %s)"
              .formatted(flavour.map(Flavour::name).orElse("one of an unknown kind"), wanted));
    }
    if (module.isPresent() && driven < cards.size()) {
      wrong.add(
          "GPUs: the kernel module has %d (expected: %d, as on the PCI bus)"
              .formatted(driven, cards.size()));
    }
    return wrong;
  }

  /** For people: "kernel module 580.82.07 (OPEN), library 580.82.07, 8 of 8 GPUs". */
  public String text() {
    return "kernel module %s%s, library %s, %d of %d GPUs"
        .formatted(
            module.orElse("none"),
            flavour.map(is -> " (" + is + ")").orElse(""),
            library.orElse(hasLibrary ? "of an unknown version" : "none"),
            driven,
            cards.size());
  }
}

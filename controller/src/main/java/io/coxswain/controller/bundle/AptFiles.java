package io.coxswain.controller.bundle;

import io.coxswain.controller.spec.DriverSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a bundle on a machine with apt. Their names do not depend on the bundle, but for
 * keys: the next one replaces all of them, and none of a bundle of before stays in force.
 */
final class AptFiles {
  // Before debian.sources and ubuntu.sources, and without Signed-By for the distribution's own
  // archive: apt 2.6 refuses an entry without one after an entry with one of the same archive, and
  // takes them the other way round.
  private static final String SOURCES = "/etc/apt/sources.list.d/coxswain-driver.sources";
  private static final String KEYS = "/etc/apt/keyrings/coxswain-";
  private static final String PIN = "/etc/apt/preferences.d/coxswain-driver";
  private static final String FENCE = "/etc/apt/apt.conf.d/52coxswain-driver";
  private static final String MODULES = "/etc/modprobe.d/coxswain-driver.conf";
  private static final String HEAD = "# Written by Coxswain for the driver bundle ";

  /** What a driver's packages begin with, in the names of NVIDIA, Debian and Ubuntu. */
  private static final List<String> DRIVER =
      List.of(
          "nvidia-",
          "libnvidia-",
          "firmware-nvidia-",
          "cuda-drivers",
          "linux-modules-nvidia-",
          "libcuda1");

  private final String title;
  private final String architecture;

  AptFiles(String title, String architecture) {
    this.title = title;
    this.architecture = architecture;
  }

  List<DriverSet.File> of(Bundle.Row row, List<Repository> repositories) {
    List<DriverSet.File> files = new ArrayList<>();
    for (Repository repository : repositories) {
      repository
          .key()
          .ifPresent(armour -> files.add(new DriverSet.File(keyPath(repository), armour)));
    }
    files.add(new DriverSet.File(SOURCES, sources(repositories)));
    files.add(new DriverSet.File(PIN, pin(row)));
    files.add(new DriverSet.File(FENCE, fence(row)));
    files.add(
        new DriverSet.File(MODULES, head() + "blacklist nouveau\noptions nouveau modeset=0\n"));
    return files;
  }

  private String head() {
    return HEAD + title + "; changes are lost.\n";
  }

  private static String keyPath(Repository repository) {
    return KEYS + repository.name() + ".asc";
  }

  private String sources(List<Repository> repositories) {
    return head() + repositories.stream().map(this::source).collect(Collectors.joining());
  }

  private String source(Repository repository) {
    Optional<String> signedBy = repository.key().map(armour -> keyPath(repository));
    return "\nTypes: deb\nURIs: "
        + repository.uris().get(architecture)
        + "\nSuites: "
        + String.join(" ", repository.suites())
        + (repository.components().isEmpty()
            ? ""
            : "\nComponents: " + String.join(" ", repository.components()))
        + signedBy.map(path -> "\nSigned-By: " + path).orElse("")
        + "\n";
  }

  // Above 1000: a branch of before that is newer must give way, too.
  private String pin(Bundle.Row row) {
    return head()
        + "Package: "
        + DRIVER.stream().map(name -> name + "*").collect(Collectors.joining(" "))
        + "\nPin: version "
        + row.prefix()
        + "*\nPin-Priority: 1001\n";
  }

  // Held packages are passed over anyway; this keeps new ones away that would come beside them.
  private String fence(Bundle.Row row) {
    return head()
        + "Unattended-Upgrade::Package-Blacklist {\n"
        + Stream.concat(DRIVER.stream(), Stream.concat(Stream.of("cuda-"), row.fence().stream()))
            .distinct()
            .map(name -> "  \"" + name + "\";\n")
            .collect(Collectors.joining())
        + "};\n";
  }
}

package io.coxswain.agent.report;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The versions that make up a driver. All of one number, or new programs find no GPU while the old
 * ones go on.
 *
 * @param module of the kernel module that is loaded (/sys/module/nvidia/version)
 * @param loadedLibrary what the library that was asked says of the driver
 *     (nvmlSystemGetDriverVersion)
 * @param installedLibrary of the file that the next program will load (libnvidia-ml.so.1)
 * @param nvml of the interface (nvmlSystemGetNVMLVersion): "12.570.124.06"
 * @param cuda highest CUDA that the driver serves: "12.8"
 * @param excluded PCI bus ids of GPUs that the administrator hid from the driver
 */
public record GpuDriver(
    Reading<String> module,
    Reading<String> loadedLibrary,
    Reading<String> installedLibrary,
    Reading<String> nvml,
    Reading<String> cuda,
    Reading<List<String>> excluded) {
  /** What does not fit together; empty when all versions that are known are the same. */
  public Optional<String> skew() {
    TreeSet<String> versions = new TreeSet<>();
    module.known().ifPresent(versions::add);
    loadedLibrary.known().ifPresent(versions::add);
    installedLibrary.known().ifPresent(versions::add);
    if (versions.size() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        "driver versions differ: kernel module "
            + module.known().orElse("unknown")
            + ", library in use "
            + loadedLibrary.known().orElse("unknown")
            + ", library installed "
            + installedLibrary.known().orElse("unknown")
            + " (expected: one version; reload the module or reboot)");
  }
}

package io.coxswain.controller.observed;

import java.util.List;
import java.util.Optional;

/**
 * What decides whether and how a driver can be installed on a machine.
 *
 * @param architecture {@code x86_64} or {@code aarch64}, as uname prints it
 * @param kernel the running one's release: {@code 6.1.0-41-amd64}
 * @param gpus on the PCI bus, with or without a driver
 * @param loadedVersion of the kernel module; empty: none is loaded
 * @param packages of the driver that are installed
 * @param containerRuntimes {@code docker}, {@code podman} …
 * @param bundle the last one that was applied: {@code nvidia-580-open 1}; empty: none
 * @param drift what differs from what it installed
 * @param rebootRequired why the installed driver is not the running one; empty when it is
 * @param canRestore whether what was before the bundle can be brought back
 * @param rootFreeBytes on the file system of /; 0 when not known
 */
public record DriverStack(
    String architecture,
    String kernel,
    List<PciGpu> gpus,
    String loadedVersion,
    List<Installed> packages,
    List<Kernel> kernels,
    Answer secureBoot,
    Answer nouveau,
    Answer foreignInstall,
    List<String> containerRuntimes,
    boolean hasNvswitch,
    boolean hasInfiniband,
    String bundle,
    List<String> drift,
    String rebootRequired,
    boolean canRestore,
    long rootFreeBytes) {
  public DriverStack {
    gpus = List.copyOf(gpus);
    packages = List.copyOf(packages);
    kernels = List.copyOf(kernels);
    containerRuntimes = List.copyOf(containerRuntimes);
    drift = List.copyOf(drift);
  }

  /** What was asked and may not have been answered. */
  public enum Answer {
    YES,
    NO,
    UNKNOWN
  }

  /**
   * A GPU as the bus shows it.
   *
   * @param deviceId {@code 10de:2335}
   * @param name as the PCI id list has it, {@code GH100 [H200 SXM 141GB]}; empty: newer than the
   *     list
   */
  public record PciGpu(String deviceId, String name) {}

  /** An installed package; {@code isHeld}: no upgrade touches it. */
  public record Installed(String name, String version, boolean isHeld) {}

  /** An installed kernel. */
  public record Kernel(String release, boolean hasHeaders, boolean bootsNext) {}

  public Optional<Installed> installed(String name) {
    return packages.stream().filter(each -> each.name().equals(name)).findFirst();
  }
}

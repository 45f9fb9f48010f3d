package io.coxswain.agent.report;

import java.util.List;
import java.util.Optional;

/**
 * The driver as the package manager and the kernel see it: what decides whether and how one can be
 * installed here.
 *
 * @param packages installed ones of NVIDIA's driver, fabric and container parts
 * @param kernels installed ones, oldest first; none in a container
 * @param isSecureBoot empty where the firmware does not tell
 * @param isNouveauLoaded the kernel's own driver has the cards
 * @param isForeign NVIDIA's .run file was used, which no package manager knows
 * @param containerRuntimes programs on the PATH: "docker", "podman" …
 * @param hasSwitch NVSwitches are on the PCI bus, so a fabric manager is needed
 * @param bundle what the agent applied, and what became of it
 * @param space free on the file systems of / and /boot
 */
public record DriverStack(
    List<PackageVersion> packages,
    List<Kernel> kernels,
    Optional<Boolean> isSecureBoot,
    boolean isNouveauLoaded,
    boolean isForeign,
    List<String> containerRuntimes,
    boolean hasSwitch,
    Bundle bundle,
    Space space) {
  public DriverStack {
    packages = List.copyOf(packages);
    kernels = List.copyOf(kernels);
    containerRuntimes = List.copyOf(containerRuntimes);
  }

  /** An installed package; held when upgrades leave it alone. */
  public record PackageVersion(String name, String version, boolean isHeld) {}

  /**
   * An installed kernel.
   *
   * @param bootsNext the newest one
   * @param dkms what dkms says of NVIDIA's module for it; empty without
   */
  public record Kernel(String release, boolean hasHeaders, boolean bootsNext, String dkms) {}

  /**
   * The bundle that the agent applied last.
   *
   * @param name "nvidia-580-open 1"; empty for none
   * @param drift what something else has changed since
   * @param rebootRequired why the installed driver is not the running one; empty when it is
   * @param canRestore what was before is kept
   */
  public record Bundle(String name, List<String> drift, String rebootRequired, boolean canRestore) {
    public Bundle {
      drift = List.copyOf(drift);
    }
  }

  /** Free bytes. */
  public record Space(long rootFreeBytes, long bootFreeBytes) {}
}

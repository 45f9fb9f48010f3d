package io.coxswain.controller.bundle;

import io.coxswain.controller.spec.DriverSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A driver with all that belongs to it: one name, one version, and a row for each distribution.
 *
 * @param version counts up with each change of its content
 * @param kernel which kernels it is for
 * @param source where its facts are from
 * @param file of the site that it comes from; empty: the controller brings it
 */
public record Bundle(
    String name,
    int version,
    String text,
    DriverSet.Flavour flavour,
    KernelRange kernel,
    List<Row> rows,
    String source,
    String file) {
  public Bundle {
    rows = List.copyOf(rows);
  }

  /** What machines call it, and people: {@code nvidia-580-open 1}. */
  public String title() {
    return name + " " + version;
  }

  /** The row of a distribution; one without a minor version is for all of them. */
  public Optional<Row> row(String osId, String osVersion) {
    return rows.stream().filter(row -> row.of(osId, osVersion).isPresent()).findFirst();
  }

  /** At least, and below; empty: no such bound. */
  public record KernelRange(String least, String below) {
    public static final KernelRange ANY = new KernelRange("", "");
  }

  /** {@code ubuntu 24.04}, {@code rhel 9}. */
  public record Distribution(String id, String version) {
    boolean is(String osId, String osVersion) {
      return id.equals(osId) && (version.equals(osVersion) || osVersion.startsWith(version + "."));
    }

    @Override
    public String toString() {
      return id + " " + version;
    }
  }

  /**
   * What one or more distributions get.
   *
   * @param packageManager {@code apt}, {@code dnf} or {@code zypper}
   * @param branch of the driver: 580
   * @param prefix how the driver's version begins: {@code 580.}
   * @param repositories their names; {@code {distribution}} stands for the distribution's
   * @param modules that dnf enables first
   * @param packages with placeholders: {@code nvidia-dkms-open={prefix}*}
   * @param headers the package with a kernel's headers; empty: none is needed
   * @param buildsModule whether the kernel module is built on the machine
   * @param isSigned whether Secure Boot takes the module
   * @param kernelSuffix the kernels that there is a module for: {@code -generic}; empty: all
   * @param fence beginnings of package names that unattended upgrades leave alone, besides the
   *     driver's own
   */
  public record Row(
      List<Distribution> distributions,
      String packageManager,
      int branch,
      String prefix,
      List<String> repositories,
      List<String> modules,
      List<String> packages,
      String headers,
      boolean buildsModule,
      boolean isSigned,
      String kernelSuffix,
      List<String> fence,
      List<String> units,
      Map<Need, Extra> extras,
      String source) {
    public Row {
      distributions = List.copyOf(distributions);
      repositories = List.copyOf(repositories);
      modules = List.copyOf(modules);
      packages = List.copyOf(packages);
      fence = List.copyOf(fence);
      units = List.copyOf(units);
      extras = Map.copyOf(extras);
    }

    Optional<Distribution> of(String osId, String osVersion) {
      return distributions.stream().filter(on -> on.is(osId, osVersion)).findFirst();
    }

    Extra extra(Need need) {
      return extras.getOrDefault(need, Extra.NONE);
    }
  }

  /** What a machine may need besides the driver. */
  public enum Need {
    /** GPUs joined by NVSwitches that the PCI bus shows (A100, H100, H200). */
    NVSWITCH,
    /** GPUs joined by the switches of NVLink 5 boards (B200, B300), which have a subnet manager. */
    NVLINK5,
    /** GPUs of a rack joined across machines (GB200, GB300): no fabric manager, but IMEX. */
    IMEX,
    /** Containers are run. */
    TOOLKIT,
    /** InfiniBand ports. */
    DOCA
  }

  /** What only machines get that need it. */
  public record Extra(List<String> packages, List<String> repositories, List<String> units) {
    static final Extra NONE = new Extra(List.of(), List.of(), List.of());

    public Extra {
      packages = List.copyOf(packages);
      repositories = List.copyOf(repositories);
      units = List.copyOf(units);
    }
  }
}

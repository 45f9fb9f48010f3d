package io.coxswain.controller.spec;

import java.util.List;

/**
 * A driver bundle resolved for one machine: what its agent installs, whatever the distribution.
 *
 * @param bundle name and version: {@code nvidia-580-open 1}
 * @param files package sources, their keys, pins and fences
 * @param packages in the distribution's names
 * @param buildsModule whether the kernel module is built on the machine (DKMS)
 * @param isSigned whether the module comes signed by the distribution, so that Secure Boot takes it
 * @param versionPrefix how the driver's version begins: {@code 580.}
 * @param flavour of the kernel module
 * @param units to run once the driver is loaded: {@code nvidia-persistenced.service}
 * @param hasContainerToolkit whether a CDI specification is to be kept
 */
public record DriverSet(
    String bundle,
    List<File> files,
    List<Part> packages,
    boolean buildsModule,
    boolean isSigned,
    String versionPrefix,
    Flavour flavour,
    List<String> units,
    boolean hasContainerToolkit) {
  public DriverSet {
    files = List.copyOf(files);
    packages = List.copyOf(packages);
    units = List.copyOf(units);
  }

  /** Text at a path, owned by root and readable by all. */
  public record File(String path, String content) {}

  /**
   * A package.
   *
   * @param version Debian's, or its beginning followed by {@code *}; empty: what the sources have
   */
  public record Part(String name, String version) {}

  /** Which kernel module. */
  public enum Flavour {
    OPEN,
    PROPRIETARY,
    /** None: libraries and programs alone, for a machine without a card that builds or submits. */
    NONE
  }
}

package io.coxswain.agent.report;

import java.util.List;

/**
 * The GPUs that answered. A GPU that the driver counts or the PCI bus shows and that did not answer
 * is missing here and named among the troubles.
 */
public record GpuInventory(
    String driverVersion, List<Gpu> gpus, List<GpuTrouble> troubles, Reading<GpuDriver> driver) {
  public GpuInventory {
    gpus = List.copyOf(gpus);
    troubles = List.copyOf(troubles);
  }

  /** One of whose driver no more was asked. */
  public GpuInventory(String driverVersion, List<Gpu> gpus, List<GpuTrouble> troubles) {
    this(driverVersion, gpus, troubles, new Reading.Unsupported<>("not asked"));
  }
}

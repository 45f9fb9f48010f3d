package io.coxswain.agent.report;

import java.util.List;

/**
 * The GPUs that answered. A GPU that the driver counts and that did not answer is missing here and
 * named among the troubles.
 *
 * @param troubles one line per GPU that did not answer: "GPU 3: GPU is lost
 *     (nvmlDeviceGetHandleByIndex_v2 gave 15)"
 */
public record GpuInventory(String driverVersion, List<Gpu> gpus, List<String> troubles) {
  public GpuInventory {
    gpus = List.copyOf(gpus);
    troubles = List.copyOf(troubles);
  }
}

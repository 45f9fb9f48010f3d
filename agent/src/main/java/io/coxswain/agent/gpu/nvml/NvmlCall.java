package io.coxswain.agent.gpu.nvml;

/**
 * What the child can be asked. Both ends of the pipe are of one build, so the constant's name is
 * its name on the pipe.
 */
enum NvmlCall {
  INIT("nvmlInit_v2"),
  DRIVER_VERSION("nvmlSystemGetDriverVersion"),
  COUNT("nvmlDeviceGetCount_v2"),
  /**
   * Must come before the other calls about a GPU; the child keeps the handle. May start up an idle
   * GPU: seconds.
   */
  HANDLE("nvmlDeviceGetHandleByIndex_v2"),
  NAME("nvmlDeviceGetName"),
  UUID("nvmlDeviceGetUUID"),
  PCI_BUS_ID("nvmlDeviceGetPciInfo_v3"),
  MINOR("nvmlDeviceGetMinorNumber"),
  MEMORY_BYTES("nvmlDeviceGetMemoryInfo"),
  SHUTDOWN("nvmlShutdown");

  private final String symbol;

  NvmlCall(String symbol) {
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }
}

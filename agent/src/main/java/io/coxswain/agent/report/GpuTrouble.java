package io.coxswain.agent.report;

/**
 * A GPU that is there and did not answer.
 *
 * @param index the driver's; -1 when the driver does not count it and only the PCI bus shows it
 * @param pciBusId as sysfs writes it; empty when it is not known which one it is
 */
public record GpuTrouble(int index, String pciBusId, FailureReason reason, String message) {
  /** For people: "GPU 3 (0000:5d:00.0): nvmlDeviceGetName gave 15 (GPU is lost)". */
  public String line() {
    if (index < 0) {
      return pciBusId + ": " + message;
    }
    return "GPU " + index + (pciBusId.isEmpty() ? "" : " (" + pciBusId + ")") + ": " + message;
  }

  public GpuTrouble at(String busId) {
    return new GpuTrouble(index, busId, reason, message);
  }
}

package io.coxswain.agent.report;

/**
 * A GPU as the PCI bus shows it, with or without a driver.
 *
 * @param busId as sysfs writes it: "0000:18:00.0"
 * @param deviceId vendor and device: "10de:2335"; empty when not known
 * @param name of the PCI id list: "GH100 [H200 SXM 141GB]"; empty for a device newer than the list
 * @param model as a shape would name it: "H200"; empty for a device newer than the list
 */
public record PciGpu(String busId, String deviceId, String name, String model) {
  /** Of which only the place is known. */
  public static PciGpu at(String busId) {
    return new PciGpu(busId, "", "", "");
  }
}

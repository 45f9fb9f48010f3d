package io.coxswain.agent.probe;

import java.util.List;

/** NVIDIA GPUs on the PCI bus, whatever their driver says of them: how "7 of 8 answer" is seen. */
final class PciGpuProbe {
  private static final String DEVICES = "/sys/bus/pci/devices";
  private static final String NVIDIA = "0x10de";

  private final Sysfs sysfs;

  PciGpuProbe(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** Bus ids, sorted: "0000:18:00.0". */
  List<String> read() {
    return sysfs.list(DEVICES).stream().filter(this::isGpu).sorted().toList();
  }

  private boolean isGpu(String device) {
    String directory = DEVICES + "/" + device;
    // PCI classes: 0x0300 VGA controller, 0x0302 3D controller; NVSwitches are 0x0680, audio
    // functions 0x0403.
    return sysfs.text(directory + "/vendor").filter(NVIDIA::equals).isPresent()
        && sysfs
            .text(directory + "/class")
            .filter(type -> type.startsWith("0x0300") || type.startsWith("0x0302"))
            .isPresent();
  }
}

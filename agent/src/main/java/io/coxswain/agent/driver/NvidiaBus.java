package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** NVIDIA's devices on the PCI bus, with or without a driver. */
public record NvidiaBus(Files files) {
  public static final String DEVICES = "/sys/bus/pci/devices";
  private static final String NVIDIA = "0x10de";
  // NVSwitches of the A100's and the H100's boards: open-gpu-kernel-modules, nvswitch's PCI table.
  private static final Set<String> SWITCHES = Set.of("0x1af1", "0x22a3");

  /** Bus ids of GPUs, sorted: "0000:18:00.0". */
  public List<String> gpus() {
    return files.list(DEVICES).stream().filter(this::isGpu).sorted().toList();
  }

  /** Whether GPUs are joined by switches that need a fabric manager. */
  public boolean hasSwitch() {
    return files.list(DEVICES).stream()
        .anyMatch(
            device ->
                text(device, "vendor").equals(NVIDIA) && SWITCHES.contains(text(device, "device")));
  }

  private boolean isGpu(String device) {
    // PCI classes: 0x0300 VGA controller, 0x0302 3D controller; NVSwitches are 0x0680, audio
    // functions 0x0403.
    String type = text(device, "class");
    return (type.startsWith("0x0300") || type.startsWith("0x0302"))
        && text(device, "vendor").equals(NVIDIA);
  }

  private String text(String device, String attribute) {
    try {
      String path = DEVICES + "/" + device + "/" + attribute;
      return new String(files.read(path), StandardCharsets.UTF_8).strip();
    } catch (HostException e) {
      // A device that is being taken away.
      return "";
    }
  }
}

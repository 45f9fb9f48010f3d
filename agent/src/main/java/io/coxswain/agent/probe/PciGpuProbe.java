package io.coxswain.agent.probe;

import io.coxswain.agent.driver.NvidiaBus;
import io.coxswain.agent.gpu.PciNames;
import io.coxswain.agent.report.PciGpu;
import java.util.List;
import java.util.Optional;

/** NVIDIA GPUs on the PCI bus, whatever their driver says of them: how "7 of 8 answer" is seen. */
final class PciGpuProbe {
  private final Sysfs sysfs;

  PciGpuProbe(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** Sorted by bus id. */
  List<PciGpu> read() {
    return ids().stream().map(this::gpu).toList();
  }

  /** Bus ids, sorted: "0000:18:00.0". */
  List<String> ids() {
    return new NvidiaBus(sysfs.files()).gpus();
  }

  private PciGpu gpu(String busId) {
    Optional<String> device = hex(busId, "device");
    String name = device.flatMap(PciNames::of).orElse("");
    return new PciGpu(busId, device.map("10de:"::concat).orElse(""), name, PciNames.model(name));
  }

  /** "0x2335" is "2335". */
  private Optional<String> hex(String busId, String attribute) {
    return sysfs
        .text(NvidiaBus.DEVICES + "/" + busId + "/" + attribute)
        .map(text -> text.replace("0x", ""));
  }
}

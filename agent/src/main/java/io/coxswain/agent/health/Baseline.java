package io.coxswain.agent.health;

import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.InfinibandPort;
import java.util.Map;
import java.util.TreeMap;

/**
 * The most that was ever seen of this machine: what it should have where no site says otherwise.
 *
 * @param gpus on the PCI bus
 * @param infiniband rates in Gb/s of ports that were ever active, by "device/port"
 */
record Baseline(int gpus, long memoryBytes, Map<String, Long> infiniband) {
  static final Baseline NONE = new Baseline(0, 0, Map.of());

  Baseline {
    infiniband = Map.copyOf(infiniband);
  }

  Baseline learn(Hardware hardware) {
    Map<String, Long> ports = new TreeMap<>(infiniband);
    for (InfinibandPort port : hardware.infiniband().known().orElse(java.util.List.of())) {
      if (isActive(port)) {
        ports.merge(name(port), port.rateGigabits(), Math::max);
      }
    }
    return new Baseline(
        Math.max(gpus, hardware.pciGpus().known().map(java.util.List::size).orElse(0)),
        Math.max(memoryBytes, hardware.memoryBytes().known().orElse(0L)),
        ports);
  }

  static boolean isActive(InfinibandPort port) {
    return port.state().equals("ACTIVE");
  }

  static String name(InfinibandPort port) {
    return port.device() + "/" + port.port();
  }
}

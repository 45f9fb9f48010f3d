package io.coxswain.agent.probe;

import io.coxswain.agent.report.Cpu;
import java.util.function.Supplier;
import oshi.hardware.CentralProcessor;
import oshi.hardware.HardwareAbstractionLayer;

/** The processors. */
final class CpuProbe {
  private final Supplier<HardwareAbstractionLayer> hardware;

  CpuProbe(Supplier<HardwareAbstractionLayer> hardware) {
    this.hardware = hardware;
  }

  Cpu read() {
    CentralProcessor processor = hardware.get().getProcessor();
    return new Cpu(
        processor.getProcessorIdentifier().getName().strip(),
        processor.getPhysicalPackageCount(),
        processor.getPhysicalProcessorCount(),
        processor.getLogicalProcessorCount());
  }
}

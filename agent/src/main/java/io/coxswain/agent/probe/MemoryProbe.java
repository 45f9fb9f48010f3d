package io.coxswain.agent.probe;

import io.coxswain.agent.report.FailureReason;
import java.util.function.Supplier;
import oshi.hardware.HardwareAbstractionLayer;

/** The memory that the kernel manages, in bytes. */
final class MemoryProbe {
  private final Supplier<HardwareAbstractionLayer> hardware;

  MemoryProbe(Supplier<HardwareAbstractionLayer> hardware) {
    this.hardware = hardware;
  }

  long read() {
    long bytes = hardware.get().getMemory().getTotal();
    if (bytes <= 0) {
      throw new Unreadable(FailureReason.UNREADABLE, bytes + " bytes (expected: more than 0)");
    }
    return bytes;
  }
}

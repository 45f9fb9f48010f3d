package io.coxswain.agent.gpu;

import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Reading;

/** The port to this machine's GPUs. */
public interface Gpus {
  /**
   * Asks the driver which GPUs there are. Blocks as long as the driver takes, and at most as long
   * as the implementation's deadlines allow; never throws. Unsupported when the machine has no
   * driver library.
   */
  Reading<GpuInventory> inventory();
}

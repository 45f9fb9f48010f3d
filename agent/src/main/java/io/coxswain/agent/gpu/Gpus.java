package io.coxswain.agent.gpu;

import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;

/**
 * The port to this machine's GPUs. Nothing here throws; a call blocks as long as the driver takes,
 * and at most as long as the implementation's deadlines allow. Unsupported when the machine has no
 * driver library.
 */
public interface Gpus {
  /** Asks which GPUs there are and all that seldom changes: a fraction of a second. */
  Reading<GpuInventory> inventory();

  /**
   * Reads what changes all the time: milliseconds, made for once a second. The first call of all
   * also waits for the driver to start up.
   */
  Reading<GpuSamples> sample();
}

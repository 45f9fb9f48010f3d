package io.coxswain.agent.gpu.nvml;

/** Keys of an answer that are no metric. */
enum Part {
  /** Whether the driver as a whole answered. */
  DRIVER,
  /** Whether the GPU answered: 1, or 0 for one that was not to be asked. */
  GPU,
  UUID,
  BUS_ID,
  NAME,
  MINOR,
  MEMORY_BYTES,
  DRIVER_VERSION,
  NVML_VERSION,
  CUDA_VERSION,
  /** How many rows follow, or why there are none. */
  ROWS,
  CELL
}

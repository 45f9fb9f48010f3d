package io.coxswain.agent.report;

/**
 * One GPU.
 *
 * @param index the driver's own order; not stable over reboots: uuid and pciBusId are
 * @param minor /dev/nvidia&lt;minor&gt;, which Slurm's File= names
 * @param name as the driver prints it: "NVIDIA H200"
 * @param model as a shape names it: "H200"
 * @param pciBusId as sysfs writes it: "0000:18:00.0"
 */
public record Gpu(
    int index,
    int minor,
    String uuid,
    String name,
    String model,
    String pciBusId,
    long memoryBytes,
    Reading<GpuDetails> details) {
  /** One of which no more was asked. */
  public Gpu(
      int index,
      int minor,
      String uuid,
      String name,
      String model,
      String pciBusId,
      long memoryBytes) {
    this(
        index,
        minor,
        uuid,
        name,
        model,
        pciBusId,
        memoryBytes,
        new Reading.Unsupported<>("not asked"));
  }
}

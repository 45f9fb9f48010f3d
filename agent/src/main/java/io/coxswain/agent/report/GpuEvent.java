package io.coxswain.agent.report;

import java.time.Instant;

/**
 * Something the driver raised by itself. What happened while nobody listened is not told again, and
 * several Xids never come this way: the kernel log has them.
 *
 * @param number counts up while this agent runs
 * @param type one bit of nvmlEventType: {@link #XID} and those named in {@link #name()}
 * @param detail for an Xid its number (999: unknown to the driver), for the rest the driver's own
 * @param pciBusId of the GPU; empty when the driver did not say
 * @param gpuInstance of the MIG device; -1 for a whole GPU
 * @param computeInstance of the MIG device; -1 for a whole GPU
 */
public record GpuEvent(
    long number,
    Instant at,
    long type,
    long detail,
    String pciBusId,
    int gpuInstance,
    int computeInstance) {
  // nvmlEventType* of the NVML API reference.
  public static final long DOUBLE_BIT_ECC = 0x2;
  public static final long XID = 0x8;
  public static final long MIG_CHANGED = 0x100;
  public static final long SINGLE_BIT_STORM = 0x200;
  public static final long DRAM_RETIREMENT = 0x400;
  public static final long DRAM_RETIREMENT_FAILED = 0x800;
  public static final long NON_FATAL_POISON = 0x1000;
  public static final long FATAL_POISON = 0x2000;
  public static final long GPU_UNAVAILABLE = 0x4000;
  public static final long RECOVERY_ACTION = 0x8000;

  /** For people: "xid 79", "recovery action". */
  public String name() {
    if (type == XID) {
      return "xid " + detail;
    }
    if (type == DOUBLE_BIT_ECC) {
      return "double-bit ECC error";
    }
    if (type == MIG_CHANGED) {
      return "MIG configuration changed";
    }
    if (type == SINGLE_BIT_STORM) {
      return "storm of single-bit ECC errors";
    }
    if (type == DRAM_RETIREMENT) {
      return "memory retired";
    }
    if (type == DRAM_RETIREMENT_FAILED) {
      return "memory retirement failed";
    }
    if (type == NON_FATAL_POISON || type == FATAL_POISON) {
      return type == FATAL_POISON ? "fatal poison" : "poison";
    }
    if (type == GPU_UNAVAILABLE) {
      return "GPU unavailable";
    }
    return type == RECOVERY_ACTION ? "recovery action changed" : "event 0x%x".formatted(type);
  }
}

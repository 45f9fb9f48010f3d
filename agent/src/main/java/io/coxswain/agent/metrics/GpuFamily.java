package io.coxswain.agent.metrics;

import static io.coxswain.agent.report.GpuMetric.CLOCK_REASONS;
import static io.coxswain.agent.report.GpuMetric.DECODER_BUSY_PERCENT;
import static io.coxswain.agent.report.GpuMetric.ECC_CORRECTED;
import static io.coxswain.agent.report.GpuMetric.ECC_CORRECTED_TOTAL;
import static io.coxswain.agent.report.GpuMetric.ECC_UNCORRECTED;
import static io.coxswain.agent.report.GpuMetric.ECC_UNCORRECTED_TOTAL;
import static io.coxswain.agent.report.GpuMetric.ENCODER_BUSY_PERCENT;
import static io.coxswain.agent.report.GpuMetric.ENERGY_MILLIJOULES;
import static io.coxswain.agent.report.GpuMetric.GPU_BUSY_PERCENT;
import static io.coxswain.agent.report.GpuMetric.GRAPHICS_ENGINE_ACTIVE_PPM;
import static io.coxswain.agent.report.GpuMetric.MEMORY_BANDWIDTH_PPM;
import static io.coxswain.agent.report.GpuMetric.MEMORY_BUSY_PERCENT;
import static io.coxswain.agent.report.GpuMetric.MEMORY_CLOCK_MHZ;
import static io.coxswain.agent.report.GpuMetric.MEMORY_FREE_BYTES;
import static io.coxswain.agent.report.GpuMetric.MEMORY_RESERVED_BYTES;
import static io.coxswain.agent.report.GpuMetric.MEMORY_TEMPERATURE_CELSIUS;
import static io.coxswain.agent.report.GpuMetric.MEMORY_TOTAL_BYTES;
import static io.coxswain.agent.report.GpuMetric.MEMORY_USED_BYTES;
import static io.coxswain.agent.report.GpuMetric.MIG_ON;
import static io.coxswain.agent.report.GpuMetric.PAGES_RETIRED_CORRECTED;
import static io.coxswain.agent.report.GpuMetric.PAGES_RETIRED_UNCORRECTED;
import static io.coxswain.agent.report.GpuMetric.PAGE_RETIREMENT_PENDING;
import static io.coxswain.agent.report.GpuMetric.PCIE_GENERATION;
import static io.coxswain.agent.report.GpuMetric.PCIE_RECEIVED_BYTES;
import static io.coxswain.agent.report.GpuMetric.PCIE_REPLAYS;
import static io.coxswain.agent.report.GpuMetric.PCIE_SENT_BYTES;
import static io.coxswain.agent.report.GpuMetric.PCIE_WIDTH;
import static io.coxswain.agent.report.GpuMetric.PERFORMANCE_STATE;
import static io.coxswain.agent.report.GpuMetric.PERSISTENCE_ON;
import static io.coxswain.agent.report.GpuMetric.POWER_LIMIT_MILLIWATTS;
import static io.coxswain.agent.report.GpuMetric.POWER_MILLIWATTS;
import static io.coxswain.agent.report.GpuMetric.POWER_SLOWDOWN_NANOS;
import static io.coxswain.agent.report.GpuMetric.RECOVERY_ACTION;
import static io.coxswain.agent.report.GpuMetric.ROWS_REMAPPED_CORRECTED;
import static io.coxswain.agent.report.GpuMetric.ROWS_REMAPPED_UNCORRECTED;
import static io.coxswain.agent.report.GpuMetric.ROW_REMAP_FAILED;
import static io.coxswain.agent.report.GpuMetric.ROW_REMAP_PENDING;
import static io.coxswain.agent.report.GpuMetric.SM_ACTIVE_PPM;
import static io.coxswain.agent.report.GpuMetric.SM_CLOCK_MHZ;
import static io.coxswain.agent.report.GpuMetric.TEMPERATURE_CELSIUS;
import static io.coxswain.agent.report.GpuMetric.TENSOR_ACTIVE_PPM;
import static io.coxswain.agent.report.GpuMetric.THERMAL_SLOWDOWN_NANOS;

import io.coxswain.agent.report.GpuMetric;
import java.util.List;

/**
 * One of dcgm-exporter's metrics that is read straight from one of ours.
 *
 * @param isCounter whether it only grows
 * @param divisor from our unit to dcgm-exporter's
 */
record GpuFamily(String name, boolean isCounter, GpuMetric metric, double divisor, String help) {
  private static final double MILLI = 1000;
  private static final double MEBI = 1 << 20;
  private static final double PPM = 1_000_000;

  /**
   * Names, types and units of dcgm-exporter's etc/default-counters.csv and of those fields of
   * dcgm_fields.h that dashboards use besides. Old names: DCGM 4.6 has newer ones and keeps these.
   */
  static final List<GpuFamily> ALL =
      List.of(
          gauge("SM_CLOCK", SM_CLOCK_MHZ, 1, "SM clock in MHz."),
          gauge("MEM_CLOCK", MEMORY_CLOCK_MHZ, 1, "Memory clock in MHz."),
          gauge("MEMORY_TEMP", MEMORY_TEMPERATURE_CELSIUS, 1, "Memory temperature in C."),
          gauge("GPU_TEMP", TEMPERATURE_CELSIUS, 1, "GPU temperature in C."),
          gauge("POWER_USAGE", POWER_MILLIWATTS, MILLI, "Power draw in W."),
          gauge("ENFORCED_POWER_LIMIT", POWER_LIMIT_MILLIWATTS, MILLI, "Power limit in W."),
          counter("TOTAL_ENERGY_CONSUMPTION", ENERGY_MILLIJOULES, "Energy in mJ."),
          counter("PCIE_REPLAY_COUNTER", PCIE_REPLAYS, "PCIe retries."),
          gauge("PCIE_LINK_GEN", PCIE_GENERATION, 1, "PCIe generation as it runs now."),
          gauge("PCIE_LINK_WIDTH", PCIE_WIDTH, 1, "PCIe lanes as they run now."),
          gauge("GPU_UTIL", GPU_BUSY_PERCENT, 1, "Time with a kernel running in %."),
          gauge("MEM_COPY_UTIL", MEMORY_BUSY_PERCENT, 1, "Time with memory in use in %."),
          gauge("ENC_UTIL", ENCODER_BUSY_PERCENT, 1, "Encoder utilization in %."),
          gauge("DEC_UTIL", DECODER_BUSY_PERCENT, 1, "Decoder utilization in %."),
          gauge("PSTATE", PERFORMANCE_STATE, 1, "Performance state, 0 the fastest."),
          gauge("CLOCKS_EVENT_REASONS", CLOCK_REASONS, 1, "Bits: why clocks are not higher."),
          counter("POWER_VIOLATION", POWER_SLOWDOWN_NANOS, "Time slowed for power in ns."),
          counter("THERMAL_VIOLATION", THERMAL_SLOWDOWN_NANOS, "Time slowed for heat in ns."),
          gauge("FB_TOTAL", MEMORY_TOTAL_BYTES, MEBI, "Framebuffer in MiB."),
          gauge("FB_FREE", MEMORY_FREE_BYTES, MEBI, "Framebuffer free in MiB."),
          gauge("FB_USED", MEMORY_USED_BYTES, MEBI, "Framebuffer used in MiB."),
          gauge("FB_RESERVED", MEMORY_RESERVED_BYTES, MEBI, "Framebuffer reserved in MiB."),
          counter("ECC_SBE_VOL_TOTAL", ECC_CORRECTED, "Corrected errors since the driver loaded."),
          counter(
              "ECC_DBE_VOL_TOTAL", ECC_UNCORRECTED, "Uncorrected errors since the driver loaded."),
          counter("ECC_SBE_AGG_TOTAL", ECC_CORRECTED_TOTAL, "Corrected errors of the card's life."),
          counter(
              "ECC_DBE_AGG_TOTAL", ECC_UNCORRECTED_TOTAL, "Uncorrected errors of the card's life."),
          counter("RETIRED_SBE", PAGES_RETIRED_CORRECTED, "Pages retired for corrected errors."),
          counter("RETIRED_DBE", PAGES_RETIRED_UNCORRECTED, "Pages retired for uncorrected ones."),
          gauge("RETIRED_PENDING", PAGE_RETIREMENT_PENDING, 1, "1: a page is to be retired."),
          counter(
              "UNCORRECTABLE_REMAPPED_ROWS",
              ROWS_REMAPPED_UNCORRECTED,
              "Rows remapped for uncorrected errors."),
          counter(
              "CORRECTABLE_REMAPPED_ROWS",
              ROWS_REMAPPED_CORRECTED,
              "Rows remapped for corrected errors."),
          gauge("ROW_REMAP_FAILURE", ROW_REMAP_FAILED, 1, "1: a row could not be remapped."),
          gauge("ROW_REMAP_PENDING", ROW_REMAP_PENDING, 1, "1: waits for a reset."),
          gauge("GPU_RECOVERY_ACTION", RECOVERY_ACTION, 1, "What the driver wants done, 0 none."),
          gauge("PERSISTENCE_MODE", PERSISTENCE_ON, 1, "1: the driver stays loaded."),
          gauge("MIG_MODE", MIG_ON, 1, "1: the GPU is cut into parts."),
          new GpuFamily(
              "DCGM_FI_PROF_PCIE_TX_BYTES", true, PCIE_SENT_BYTES, 1, "Bytes sent over PCIe."),
          new GpuFamily(
              "DCGM_FI_PROF_PCIE_RX_BYTES",
              true,
              PCIE_RECEIVED_BYTES,
              1,
              "Bytes received over PCIe."),
          share("GR_ENGINE_ACTIVE", GRAPHICS_ENGINE_ACTIVE_PPM, "Engine busy, 0 to 1."),
          share("SM_ACTIVE", SM_ACTIVE_PPM, "Multiprocessors with a warp, 0 to 1."),
          share("PIPE_TENSOR_ACTIVE", TENSOR_ACTIVE_PPM, "Tensor cores at work, 0 to 1."),
          share("DRAM_ACTIVE", MEMORY_BANDWIDTH_PPM, "Of the memory's bandwidth, 0 to 1."));

  private static GpuFamily share(String name, GpuMetric metric, String help) {
    return new GpuFamily("DCGM_FI_PROF_" + name, false, metric, PPM, help);
  }

  private static GpuFamily gauge(String name, GpuMetric metric, double divisor, String help) {
    return new GpuFamily("DCGM_FI_DEV_" + name, false, metric, divisor, help);
  }

  private static GpuFamily counter(String name, GpuMetric metric, String help) {
    return new GpuFamily("DCGM_FI_DEV_" + name, true, metric, 1, help);
  }
}

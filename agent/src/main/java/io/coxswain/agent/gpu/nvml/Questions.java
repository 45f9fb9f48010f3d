package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.gpu.nvml.Question.Width;
import io.coxswain.agent.report.GpuMetric;
import java.util.List;

/** What is asked of each GPU: the table of the binding. */
final class Questions {
  /** Ends {@link #SAMPLED}: its answer says when what a GPU supports has changed. */
  static final Question MIG =
      Question.words(NvmlFunction.MIG_MODE, List.of(), GpuMetric.MIG_ON, GpuMetric.MIG_PENDING);

  static final List<Question> SAMPLED =
      List.of(
          Question.struct(NvmlFunction.UTILIZATION, Layouts.UTILIZATION, 0)
              .with(GpuMetric.GPU_BUSY_PERCENT, "gpu", Width.U32)
              .with(GpuMetric.MEMORY_BUSY_PERCENT, "memory", Width.U32),
          // The second word is the window in microseconds.
          Question.words(NvmlFunction.ENCODER, List.of(), GpuMetric.ENCODER_BUSY_PERCENT, null),
          Question.words(NvmlFunction.DECODER, List.of(), GpuMetric.DECODER_BUSY_PERCENT, null),
          Question.words(NvmlFunction.JPEG, List.of(), GpuMetric.JPEG_BUSY_PERCENT, null),
          Question.words(NvmlFunction.OFA, List.of(), GpuMetric.OFA_BUSY_PERCENT, null),
          memory(Question.struct(NvmlFunction.MEMORY_V2, Layouts.MEMORY_V2, 2))
              .with(GpuMetric.MEMORY_RESERVED_BYTES, "reserved", Width.U64)
              .orElse(memory(Question.struct(NvmlFunction.MEMORY, Layouts.MEMORY, 0))),
          Question.struct(NvmlFunction.BAR1, Layouts.BAR1, 0)
              .with(GpuMetric.BAR1_TOTAL_BYTES, "bar1Total", Width.U64)
              .with(GpuMetric.BAR1_USED_BYTES, "bar1Used", Width.U64),
          Question.struct(NvmlFunction.TEMPERATURE_V, Layouts.TEMPERATURE, 1)
              .with(GpuMetric.TEMPERATURE_CELSIUS, "temperature", Width.S32)
              // Sensor 0 is the die.
              .orElse(
                  Question.words(
                      NvmlFunction.TEMPERATURE, List.of(0), GpuMetric.TEMPERATURE_CELSIUS)),
          Question.struct(NvmlFunction.TEMPERATURE_MARGIN, Layouts.MARGIN, 1)
              .with(GpuMetric.TEMPERATURE_MARGIN_CELSIUS, "marginTemperature", Width.S32),
          Question.word(NvmlFunction.POWER, GpuMetric.POWER_MILLIWATTS),
          Question.word(NvmlFunction.POWER_LIMIT, GpuMetric.POWER_LIMIT_MILLIWATTS),
          Question.longWord(NvmlFunction.ENERGY, GpuMetric.ENERGY_MILLIJOULES),
          Question.words(NvmlFunction.CLOCK, List.of(0), GpuMetric.GRAPHICS_CLOCK_MHZ),
          Question.words(NvmlFunction.CLOCK, List.of(1), GpuMetric.SM_CLOCK_MHZ),
          Question.words(NvmlFunction.CLOCK, List.of(2), GpuMetric.MEMORY_CLOCK_MHZ),
          Question.words(NvmlFunction.CLOCK, List.of(3), GpuMetric.VIDEO_CLOCK_MHZ),
          Question.word(NvmlFunction.PERFORMANCE_STATE, GpuMetric.PERFORMANCE_STATE),
          Question.longWord(NvmlFunction.CLOCK_EVENT_REASONS, GpuMetric.CLOCK_REASONS)
              .orElse(
                  Question.longWord(NvmlFunction.CLOCK_THROTTLE_REASONS, GpuMetric.CLOCK_REASONS)),
          Question.words(NvmlFunction.ECC_MODE, List.of(), GpuMetric.ECC_ON, null),
          // nvmlMemoryErrorType_t: 0 corrected, 1 uncorrected; nvmlEccCounterType_t: 0 volatile,
          // 1 aggregate.
          Question.longWord(NvmlFunction.ECC_ERRORS, GpuMetric.ECC_CORRECTED, 0, 0),
          Question.longWord(NvmlFunction.ECC_ERRORS, GpuMetric.ECC_UNCORRECTED, 1, 0),
          Question.longWord(NvmlFunction.ECC_ERRORS, GpuMetric.ECC_CORRECTED_TOTAL, 0, 1),
          Question.longWord(NvmlFunction.ECC_ERRORS, GpuMetric.ECC_UNCORRECTED_TOTAL, 1, 1),
          Question.struct(NvmlFunction.SRAM_ECC, Layouts.SRAM, 1)
              .withSum(GpuMetric.SRAM_UNCORRECTED, "volatileUncParity", "volatileUncSecDed")
              .withSum(GpuMetric.SRAM_UNCORRECTED_TOTAL, "aggregateUncParity", "aggregateUncSecDed")
              .with(GpuMetric.SRAM_CORRECTED, "volatileCor", Width.U64)
              .with(GpuMetric.SRAM_CORRECTED_TOTAL, "aggregateCor", Width.U64)
              .with(GpuMetric.SRAM_THRESHOLD_EXCEEDED, "bThresholdExceeded", Width.U32),
          Question.words(
              NvmlFunction.REMAPPED_ROWS,
              List.of(),
              GpuMetric.ROWS_REMAPPED_CORRECTED,
              GpuMetric.ROWS_REMAPPED_UNCORRECTED,
              GpuMetric.ROW_REMAP_PENDING,
              GpuMetric.ROW_REMAP_FAILED),
          Question.word(NvmlFunction.RETIRED_PAGES_PENDING, GpuMetric.PAGE_RETIREMENT_PENDING),
          Question.struct(NvmlFunction.REPAIR_STATUS, Layouts.REPAIR, 1)
              .with(GpuMetric.CHANNEL_REPAIR_PENDING, "bChannelRepairPending", Width.U32)
              .with(GpuMetric.TPC_REPAIR_PENDING, "bTpcRepairPending", Width.U32),
          Question.struct(NvmlFunction.UNREPAIRABLE_MEMORY, Layouts.UNREPAIRABLE, 0)
              .with(GpuMetric.MEMORY_UNREPAIRABLE, "bUnrepairableMemory", Width.U32),
          Question.word(NvmlFunction.PCIE_GENERATION, GpuMetric.PCIE_GENERATION),
          Question.word(NvmlFunction.PCIE_WIDTH, GpuMetric.PCIE_WIDTH),
          Question.word(NvmlFunction.PCIE_REPLAYS, GpuMetric.PCIE_REPLAYS),
          fabric(Question.struct(NvmlFunction.FABRIC, Layouts.FABRIC_V3, 3))
              .with(GpuMetric.FABRIC_HEALTH_SUMMARY, "healthSummary", Width.U8)
              .orElse(fabric(Question.struct(NvmlFunction.FABRIC, Layouts.FABRIC_V2, 2))),
          Question.word(NvmlFunction.PERSISTENCE, GpuMetric.PERSISTENCE_ON),
          MIG);

  static final List<Question> SELDOM =
      List.of(
          Question.words(NvmlFunction.ECC_MODE, List.of(), null, GpuMetric.ECC_PENDING),
          Question.word(NvmlFunction.POWER_LIMIT_DEFAULT, GpuMetric.POWER_LIMIT_DEFAULT_MILLIWATTS),
          Question.words(
              NvmlFunction.POWER_LIMITS,
              List.of(),
              GpuMetric.POWER_LIMIT_MIN_MILLIWATTS,
              GpuMetric.POWER_LIMIT_MAX_MILLIWATTS),
          Question.words(NvmlFunction.CLOCK_MAX, List.of(1), GpuMetric.SM_CLOCK_MAX_MHZ),
          Question.words(NvmlFunction.CLOCK_MAX, List.of(2), GpuMetric.MEMORY_CLOCK_MAX_MHZ),
          Question.word(NvmlFunction.PCIE_GENERATION_MAX, GpuMetric.PCIE_GENERATION_MAX),
          Question.word(NvmlFunction.PCIE_WIDTH_MAX, GpuMetric.PCIE_WIDTH_MAX),
          Question.words(
              NvmlFunction.TEMPERATURE_THRESHOLD,
              List.of(0),
              GpuMetric.TEMPERATURE_SHUTDOWN_CELSIUS),
          Question.words(
              NvmlFunction.TEMPERATURE_THRESHOLD,
              List.of(1),
              GpuMetric.TEMPERATURE_SLOWDOWN_CELSIUS),
          Question.struct(NvmlFunction.ROW_HISTOGRAM, Layouts.HISTOGRAM, 0)
              .with(GpuMetric.BANKS_SPARE_MAX, "max", Width.U32)
              .with(GpuMetric.BANKS_SPARE_HIGH, "high", Width.U32)
              .with(GpuMetric.BANKS_SPARE_PARTIAL, "partial", Width.U32)
              .with(GpuMetric.BANKS_SPARE_LOW, "low", Width.U32)
              .with(GpuMetric.BANKS_SPARE_NONE, "none", Width.U32),
          Question.word(NvmlFunction.NUMA_NODE, GpuMetric.NUMA_NODE),
          Question.word(NvmlFunction.MODULE_ID, GpuMetric.MODULE_ID),
          Question.longWord(NvmlFunction.EVENT_TYPES, GpuMetric.EVENT_TYPES),
          Question.word(NvmlFunction.MIG_MAX, GpuMetric.MIG_INSTANCES_MAX),
          Question.struct(NvmlFunction.PLATFORM, Layouts.PLATFORM_V2, 2)
              .with(GpuMetric.CHASSIS_SLOT, "slotNumber", Width.U8)
              .with(GpuMetric.TRAY_INDEX, "trayIndex", Width.U8)
              .with(GpuMetric.HOST_ID, "hostId", Width.U8)
              .orElse(
                  Question.struct(NvmlFunction.PLATFORM, Layouts.PLATFORM_V1, 1)
                      .with(GpuMetric.CHASSIS_SLOT, "chassisPhysicalSlotNumber", Width.U8)
                      .with(GpuMetric.TRAY_INDEX, "computeSlotIndex", Width.U8)
                      .with(GpuMetric.HOST_ID, "nodeIndex", Width.U8)));

  private Questions() {}

  private static Question memory(Question question) {
    return question
        .with(GpuMetric.MEMORY_TOTAL_BYTES, "total", Width.U64)
        .with(GpuMetric.MEMORY_USED_BYTES, "used", Width.U64)
        .with(GpuMetric.MEMORY_FREE_BYTES, "free", Width.U64);
  }

  private static Question fabric(Question question) {
    return question
        .with(GpuMetric.FABRIC_STATE, "state", Width.U8)
        .with(GpuMetric.FABRIC_STATUS, "status", Width.U32)
        .with(GpuMetric.FABRIC_CLIQUE, "cliqueId", Width.U32)
        .with(GpuMetric.FABRIC_HEALTH_MASK, "healthMask", Width.U32);
  }
}

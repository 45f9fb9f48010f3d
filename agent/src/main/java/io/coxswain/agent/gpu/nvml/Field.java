package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.LinkMetric;
import java.util.List;

/**
 * Field ids of nvmlDeviceGetFieldValues. Only ids that kept their number in every branch: those
 * from 199 on were partly swapped (199, 200) and renumbered (251 and up), although the header says
 * that they never are.
 *
 * @param fallback counter of nvmlDeviceGetNvLinkErrorCounter where the field is not known; -1 for
 *     none
 */
record Field(Enum<?> key, int id, int fallback) {
  static final List<Field> OF_GPU =
      List.of(
          new Field(GpuMetric.MEMORY_TEMPERATURE_CELSIUS, 82, -1),
          new Field(GpuMetric.POWER_AVERAGE_MILLIWATTS, 185, -1),
          new Field(GpuMetric.POWER_INSTANT_MILLIWATTS, 186, -1),
          new Field(GpuMetric.POWER_SLOWDOWN_NANOS, 74, -1),
          new Field(GpuMetric.THERMAL_SLOWDOWN_NANOS, 75, -1),
          new Field(GpuMetric.PCIE_SENT_BYTES, 197, -1),
          new Field(GpuMetric.PCIE_RECEIVED_BYTES, 198, -1),
          new Field(GpuMetric.PCIE_CORRECTABLE_ERRORS, 173, -1),
          new Field(GpuMetric.PCIE_NON_FATAL_ERRORS, 179, -1),
          new Field(GpuMetric.PCIE_FATAL_ERRORS, 180, -1),
          new Field(GpuMetric.RECOVERY_ACTION, 230, -1));

  static final List<Field> OF_LINK =
      List.of(
          new Field(LinkMetric.UP, 165, -1),
          new Field(LinkMetric.SPEED_MEGABITS, 164, -1),
          new Field(LinkMetric.REPLAY_ERRORS, 161, 0),
          new Field(LinkMetric.RECOVERY_ERRORS, 162, 1),
          new Field(LinkMetric.CRC_ERRORS, 163, 2),
          new Field(LinkMetric.MALFORMED_PACKETS, 206, -1),
          new Field(LinkMetric.BUFFER_OVERRUNS, 207, -1),
          new Field(LinkMetric.RECEIVE_ERRORS, 208, -1),
          new Field(LinkMetric.INTEGRITY_ERRORS, 211, -1),
          new Field(LinkMetric.FAILED_RECOVERIES, 214, -1),
          new Field(LinkMetric.RECOVERIES, 215, -1),
          new Field(LinkMetric.EFFECTIVE_ERRORS, 219, -1),
          new Field(LinkMetric.SYMBOL_ERRORS, 221, -1));

  static final Field LINK_COUNT = new Field(GpuMetric.LINK_COUNT, 91, -1);
}

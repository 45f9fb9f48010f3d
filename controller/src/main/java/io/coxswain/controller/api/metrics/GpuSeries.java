package io.coxswain.controller.api.metrics;

import io.coxswain.v1.GpuMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A site's GPUs at a glance, for those whose Prometheus does not reach the machines. Not by
 * dcgm-exporter's names: who scrapes both would count each GPU twice.
 */
final class GpuSeries {
  private static final double MILLI = 1000;
  private static final double PERCENT = 100;

  private GpuSeries() {}

  static void write(Exposition page, List<GpuReport> reports, Instant now) {
    page.gauge("coxswain_gpu_report_age_seconds", "How old the values of a machine's GPUs are.");
    for (GpuReport report : reports) {
      page.sample(
          Labels.of("machine", report.machine()),
          Duration.between(report.at(), now).toMillis() / 1e3);
    }
    page.gauge("coxswain_gpu_temperature_celsius", "Of the die.");
    write(page, reports, GpuMetrics.Name.TEMPERATURE_CELSIUS, 1);
    page.gauge("coxswain_gpu_power_watts", "Power draw.");
    write(page, reports, GpuMetrics.Name.POWER_MILLIWATTS, MILLI);
    page.gauge("coxswain_gpu_busy_ratio", "Time with a kernel running, 0 to 1.");
    write(page, reports, GpuMetrics.Name.GPU_BUSY_PERCENT, PERCENT);
    page.gauge("coxswain_gpu_memory_used_bytes", "Framebuffer in use.");
    write(page, reports, GpuMetrics.Name.MEMORY_USED_BYTES, 1);
  }

  private static void write(
      Exposition page, List<GpuReport> reports, GpuMetrics.Name name, double divisor) {
    for (GpuReport report : reports) {
      for (GpuReport.Gpu gpu : report.gpus()) {
        Long value = gpu.values().get(name);
        if (value != null) {
          page.sample(
              Labels.of("machine", report.machine())
                  .and("gpu", gpu.index())
                  .and("UUID", gpu.uuid()),
              value / divisor);
        }
      }
    }
  }
}

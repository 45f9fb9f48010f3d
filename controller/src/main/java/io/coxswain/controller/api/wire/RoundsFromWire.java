package io.coxswain.controller.api.wire;

import io.coxswain.controller.observed.GpuRound;
import io.coxswain.controller.observed.GpuRound.Metric;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.GpuSample;
import io.coxswain.v1.GpuSamples;
import io.coxswain.v1.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The GPUs' last round in a report, as far as histories keep it. */
public final class RoundsFromWire {
  private static final double MEBIBYTE = 1 << 20;
  private static final double MILLI = 1000;

  private RoundsFromWire() {}

  /** Empty when the report has no round. */
  public static List<GpuRound> rounds(Observation observation) {
    GpuSamples samples = observation.getGpuSamples();
    if (samples.getState() != GpuReading.State.KNOWN || !samples.hasSampledAt()) {
      return List.of();
    }
    Instant at = Times.instant("sampled_at", samples.getSampledAt());
    List<GpuRound> rounds = new ArrayList<>();
    for (GpuSample sample : samples.getGpusList()) {
      rounds.add(
          new GpuRound(sample.getIndex(), sample.getPciBusId(), at, values(sample.getMetrics())));
    }
    return rounds;
  }

  private static Map<Metric, Double> values(GpuMetrics metrics) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    int count = Math.min(metrics.getNamesCount(), metrics.getValuesCount());
    for (int i = 0; i < count; i++) {
      double value = metrics.getValues(i);
      switch (metrics.getNames(i)) {
        case GPU_BUSY_PERCENT -> values.put(Metric.BUSY, value);
        case MEMORY_USED_BYTES -> values.put(Metric.MEMORY, value / MEBIBYTE);
        case TEMPERATURE_CELSIUS -> values.put(Metric.TEMPERATURE, value);
        case POWER_MILLIWATTS -> values.put(Metric.POWER, value / MILLI);
        case SM_CLOCK_MHZ -> values.put(Metric.CLOCK, value);
        default -> {
          // The agent's own page has it.
        }
      }
    }
    return values;
  }
}

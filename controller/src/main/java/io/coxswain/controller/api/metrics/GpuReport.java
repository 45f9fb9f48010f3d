package io.coxswain.controller.api.metrics;

import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.controller.api.wire.Times;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.GpuSample;
import io.coxswain.v1.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few numbers of a machine's GPUs that the site's page has; all others are the agent's own
 * page's.
 */
record GpuReport(String machine, Instant at, List<Gpu> gpus) {
  GpuReport {
    gpus = List.copyOf(gpus);
  }

  /** What was told of one GPU; what it does not have is not there. */
  record Gpu(long index, String uuid, Map<GpuMetrics.Name, Long> values) {
    Gpu {
      values = Map.copyOf(values);
    }
  }

  /** Empty when the report has no sample, or was written by another version. */
  static Optional<GpuReport> of(String machine, byte[] report) {
    try {
      Observation observation = Observation.parseFrom(report);
      if (observation.getGpuSamples().getState() != GpuReading.State.KNOWN
          || !observation.getGpuSamples().hasSampledAt()) {
        return Optional.empty();
      }
      List<Gpu> gpus = new ArrayList<>();
      for (GpuSample sample : observation.getGpuSamples().getGpusList()) {
        gpus.add(new Gpu(sample.getIndex(), sample.getUuid(), values(sample.getMetrics())));
      }
      Instant at = Times.instant("sampled_at", observation.getGpuSamples().getSampledAt());
      return Optional.of(new GpuReport(machine, at, gpus));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Map<GpuMetrics.Name, Long> values(GpuMetrics metrics) {
    Map<GpuMetrics.Name, Long> values = new EnumMap<>(GpuMetrics.Name.class);
    int count = Math.min(metrics.getNamesCount(), metrics.getValuesCount());
    for (int i = 0; i < count; i++) {
      switch (metrics.getNames(i)) {
        case TEMPERATURE_CELSIUS, POWER_MILLIWATTS, GPU_BUSY_PERCENT, MEMORY_USED_BYTES ->
            values.put(metrics.getNames(i), metrics.getValues(i));
        default -> {
          // The agent's own page has it.
        }
      }
    }
    return values;
  }
}

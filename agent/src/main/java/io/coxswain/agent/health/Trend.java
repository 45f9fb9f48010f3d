package io.coxswain.agent.health;

import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is remembered of earlier rounds, for what is only wrong in the long run.
 *
 * @param older a round of one to two minutes ago, once there is one
 * @param newer the round that will be it next
 * @param slowMinutes by PCI address, minutes since 1970 of the last ten in which the hardware
 *     slowed the GPU down
 */
record Trend(Optional<Round> older, Optional<Round> newer, Map<String, List<Long>> slowMinutes) {
  static final Trend NONE = new Trend(Optional.empty(), Optional.empty(), Map.of());
  static final int WINDOW_MINUTES = 10;

  private static final Duration STEP = Duration.ofMinutes(1);
  // HW_SLOWDOWN, HW_THERMAL, HW_POWER_BRAKE of ClockReason.
  private static final long SLOWED = 0x8 | 0x40 | 0x80;

  /** One round over all GPUs. */
  record Round(Instant at, GpuSamples samples) {
    Optional<GpuSample> gpu(String pciBusId) {
      return samples.gpus().stream().filter(gpu -> gpu.pciBusId().equals(pciBusId)).findFirst();
    }
  }

  Trend next(GpuSamples samples, Instant now) {
    Map<String, List<Long>> slow = new TreeMap<>();
    long minute = now.getEpochSecond() / 60;
    for (GpuSample gpu : samples.gpus()) {
      List<Long> minutes = new ArrayList<>(slowMinutes.getOrDefault(gpu.pciBusId(), List.of()));
      minutes.removeIf(m -> m <= minute - WINDOW_MINUTES);
      long reasons = gpu.reading(GpuMetric.CLOCK_REASONS).known().orElse(0L);
      if ((reasons & SLOWED) != 0 && !minutes.contains(minute)) {
        minutes.add(minute);
      }
      if (!minutes.isEmpty()) {
        slow.put(gpu.pciBusId(), List.copyOf(minutes));
      }
    }
    Optional<Round> current = Optional.of(new Round(now, samples));
    boolean isTime = newer.isEmpty() || !now.isBefore(newer.get().at().plus(STEP));
    return isTime ? new Trend(newer, current, slow) : new Trend(older, newer, slow);
  }

  /** Minutes of the last ten in which the GPU was slowed down. */
  int slowMinutes(String pciBusId) {
    return slowMinutes.getOrDefault(pciBusId, List.of()).size();
  }
}

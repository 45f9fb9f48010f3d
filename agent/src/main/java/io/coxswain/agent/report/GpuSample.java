package io.coxswain.agent.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one GPU read in one round: a reading of each {@link GpuMetric} that is sampled.
 *
 * @param index the driver's own order; not stable over reboots: uuid and pciBusId are
 * @param pciBusId as sysfs writes it: "0000:18:00.0"
 * @param links its NVLinks in order; empty where it has none
 */
public record GpuSample(
    int index,
    String uuid,
    String pciBusId,
    Map<GpuMetric, Reading<Long>> metrics,
    List<GpuLink> links) {
  public GpuSample {
    // An EnumMap refuses to be made of an empty map that is none itself.
    EnumMap<GpuMetric, Reading<Long>> copy = new EnumMap<>(GpuMetric.class);
    copy.putAll(metrics);
    metrics = Collections.unmodifiableMap(copy);
    links = List.copyOf(links);
  }

  /** Unsupported when the metric is not among those sampled. */
  public Reading<Long> reading(GpuMetric metric) {
    return metrics.getOrDefault(metric, new Reading.Unsupported<>("not read in a round"));
  }
}

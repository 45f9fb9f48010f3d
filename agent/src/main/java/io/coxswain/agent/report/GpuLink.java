package io.coxswain.agent.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One NVLink of a GPU in one round.
 *
 * @param link its number on the GPU, from 0
 */
public record GpuLink(int link, Map<LinkMetric, Reading<Long>> metrics) {
  public GpuLink {
    EnumMap<LinkMetric, Reading<Long>> copy = new EnumMap<>(LinkMetric.class);
    copy.putAll(metrics);
    metrics = Collections.unmodifiableMap(copy);
  }

  public Reading<Long> reading(LinkMetric metric) {
    return metrics.getOrDefault(metric, new Reading.Unsupported<>("not read in a round"));
  }
}

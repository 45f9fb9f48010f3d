package io.coxswain.controller.observed;

import java.time.Instant;
import java.util.Map;

/**
 * What one GPU told in one round, as far as its history is kept.
 *
 * @param sampledAt by the agent's clock: the same one again is the same round
 * @param values in the units of the metrics; what it did not tell is not there
 */
public record GpuRound(int index, String pciBusId, Instant sampledAt, Map<Metric, Double> values) {
  public GpuRound {
    values = Map.copyOf(values);
  }

  /** What a history has, with the word people ask for it by. */
  public enum Metric {
    BUSY("busy", "%"),
    MEMORY("memory", "MiB"),
    TEMPERATURE("temperature", "C"),
    POWER("power", "W"),
    CLOCK("clock", "MHz");

    private final String word;
    private final String unit;

    Metric(String word, String unit) {
      this.word = word;
      this.unit = unit;
    }

    public String word() {
      return word;
    }

    public String unit() {
      return unit;
    }
  }
}

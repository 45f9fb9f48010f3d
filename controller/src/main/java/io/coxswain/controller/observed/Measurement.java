package io.coxswain.controller.observed;

import java.time.Instant;
import java.util.Locale;

/**
 * What a machine reached in its newest test, beside its own baseline: the first good result of the
 * same kind against the same class of peers.
 *
 * @param machine id
 * @param peers {@link #BETWEEN_NODES} or {@link #WITHIN_NODE}
 * @param tolerancePercent of the newest test
 * @param test id of the operation that measured the newest
 */
public record Measurement(
    String machine,
    String kind,
    String peers,
    String unit,
    double baseline,
    Instant baselineAt,
    double latest,
    Instant latestAt,
    int tolerancePercent,
    String test) {
  public static final String BETWEEN_NODES = "nodes";
  public static final String WITHIN_NODE = "self";

  /** Of latency less is better; of all else more. */
  private boolean isLessBetter() {
    return kind.equals("mpi-latency");
  }

  /** By how much the latest is worse than the baseline, per cent; negative when better. */
  public double worsePercent() {
    if (baseline <= 0) {
      return 0;
    }
    double change = (latest - baseline) / baseline * 100;
    return isLessBetter() ? change : -change;
  }

  /** Whether it is worse by more than is tolerated. */
  public boolean isWorse() {
    return worsePercent() > tolerancePercent;
  }

  /** "12 % under its own baseline", or that it is at its baseline. */
  public String line() {
    if (!isWorse()) {
      return "at its own baseline";
    }
    return String.format(
        Locale.ROOT,
        "%.0f %% %s its own baseline",
        worsePercent(),
        isLessBetter() ? "over" : "under");
  }

  /** The next one of the same machine, kind and peers; a new baseline forgets the old one. */
  public Measurement next(Measurement newer, boolean isNewBaseline) {
    return isNewBaseline || !unit.equals(newer.unit)
        ? newer
        : new Measurement(
            machine,
            kind,
            peers,
            unit,
            baseline,
            baselineAt,
            newer.latest,
            newer.latestAt,
            newer.tolerancePercent,
            newer.test);
  }
}

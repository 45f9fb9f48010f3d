package io.coxswain.agent;

import io.coxswain.agent.link.ObservationSource;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Observation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observations with the judgement of the moment. After something urgent the next one is the last
 * one with the new judgement: a machine whose GPU has just died may take a minute to be measured,
 * and the verdict must not wait for that.
 */
final class JudgedObservations implements ObservationSource {
  private final ObservationSource measured;
  private final Supplier<Judgement> judgement;
  private final AtomicBoolean isUrgent = new AtomicBoolean();
  private volatile @Nullable Observation last;

  JudgedObservations(ObservationSource measured, Supplier<Judgement> judgement) {
    this.measured = measured;
    this.judgement = judgement;
  }

  /** The next observation is wanted now. */
  void urgent() {
    isUrgent.set(true);
  }

  @Override
  public Observation observe(boolean afresh) {
    Observation known = last;
    if (isUrgent.getAndSet(false) && known != null && !afresh) {
      return known.with(judgement.get());
    }
    Observation observation = measured.observe(afresh);
    last = observation;
    return observation.with(judgement.get());
  }
}

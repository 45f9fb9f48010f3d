package io.coxswain.agent.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that moves only when told. */
public final class ManualClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T08:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  public void advance(Duration duration) {
    now = now.plus(duration);
  }

  /** Never backwards. */
  public void advanceTo(Instant time) {
    now = time.isAfter(now) ? time : now;
  }
}

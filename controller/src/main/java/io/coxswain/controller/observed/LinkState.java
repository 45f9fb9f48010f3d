package io.coxswain.controller.observed;

import java.time.Duration;
import java.time.Instant;

/** Whether we hear a machine. Silence is not failure: its jobs may be running. */
public enum LinkState {
  /** Heard within 15 s. */
  CONNECTED,
  /** Nothing heard for 15 s; becomes CONNECTED with the next heartbeat. */
  STALE,
  /** Nothing heard for 60 s; becomes CONNECTED with the next heartbeat. */
  LOST;

  public static final Duration STALE_AFTER = Duration.ofSeconds(15);
  public static final Duration LOST_AFTER = Duration.ofSeconds(60);

  public static LinkState of(Instant lastSeen, Instant now) {
    Duration silence = Duration.between(lastSeen, now);
    if (silence.compareTo(LOST_AFTER) >= 0) {
      return LOST;
    }
    return silence.compareTo(STALE_AFTER) >= 0 ? STALE : CONNECTED;
  }
}

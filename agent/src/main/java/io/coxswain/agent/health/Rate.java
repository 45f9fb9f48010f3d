package io.coxswain.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How fast a counter grows. */
final class Rate {
  private Rate() {}

  /** Empty when one of the two is not known, or the counter began anew in between. */
  static Optional<Double> perMinute(
      Optional<Long> before, Optional<Long> now, Instant from, Instant to) {
    double minutes = Duration.between(from, to).toMillis() / 60_000.0;
    if (before.isEmpty() || now.isEmpty() || minutes <= 0 || now.get() < before.get()) {
      return Optional.empty();
    }
    return Optional.of((now.get() - before.get()) / minutes);
  }
}

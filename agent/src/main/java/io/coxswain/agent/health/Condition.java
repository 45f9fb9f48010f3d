package io.coxswain.agent.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A thing that a check has not passed, and since when: what keeps a state that comes and goes from
 * being told each time.
 *
 * @param finding the last that was not good
 * @param since when it began
 * @param seen when it was last found
 * @param goodSince when it was found good again, without a break since
 * @param isRaised it held long enough to be told, and has not been good long enough since
 */
record Condition(
    String check,
    Finding finding,
    Instant since,
    Instant seen,
    Optional<Instant> goodSince,
    boolean isRaised) {
  static Condition of(String check, Finding finding, Instant now, Duration hold) {
    return new Condition(check, finding, now, now, Optional.empty(), hold.isZero());
  }

  /** Found again. */
  Condition again(Finding found, Instant now, Duration hold) {
    // A thing that was bad and cannot be read now is no better for it.
    boolean keeps =
        finding.state() == Finding.State.BAD && found.state() == Finding.State.UNREADABLE;
    return new Condition(
        check,
        keeps ? finding : found,
        since,
        now,
        Optional.empty(),
        isRaised || !since.plus(hold).isAfter(now));
  }

  /** Found good; empty when it is over. */
  Optional<Condition> good(Instant now, Duration clear) {
    Instant from = goodSince.orElse(now);
    if (!isRaised || !from.plus(clear).isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(new Condition(check, finding, since, seen, Optional.of(from), true));
  }
}

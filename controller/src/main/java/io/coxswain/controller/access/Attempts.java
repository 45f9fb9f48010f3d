package io.coxswain.controller.access;

import io.coxswain.controller.access.AccessException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down whoever tries tokens: after a failure, an address waits a second for its next try,
 * then longer.
 */
public final class Attempts {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int MOST_ADDRESSES = 10_000;

  private final InstantSource clock;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  public Attempts(InstantSource clock) {
    this.clock = clock;
  }

  /** Throws when the address has to wait. */
  public synchronized void check(String address) {
    Failures known = failures.get(address);
    if (known != null && clock.instant().isBefore(known.notBefore())) {
      throw new AccessException(
          Reason.TOO_MANY_ATTEMPTS,
          "join: too many failed attempts from "
              + address
              + " (expected: none before "
              + known.notBefore()
              + ")");
    }
  }

  public synchronized void failed(String address) {
    Failures known = failures.get(address);
    int count = known == null ? 1 : known.count() + 1;
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(count - 1, 6));
    failures.put(
        address,
        new Failures(
            count, clock.instant().plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait)));
  }

  public synchronized void succeeded(String address) {
    failures.remove(address);
  }

  private record Failures(int count, Instant notBefore) {}
}

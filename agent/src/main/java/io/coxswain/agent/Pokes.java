package io.coxswain.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What slurmctld's programs say when a node's power is to change: only that it is. The state that
 * the next report reads from slurmctld is the wish, so that a poke which is lost, or comes twice,
 * changes nothing but how soon it is heard. However many pokes come, no more than one report a
 * second comes of them.
 */
final class Pokes {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Set<String> WORDS = Set.of("resume", "suspend");

  private final InstantSource clock;
  private final Consumer<Instant> reportBy;
  private Instant promised = Instant.EPOCH;

  Pokes(InstantSource clock, Consumer<Instant> reportBy) {
    this.clock = clock;
    this.reportBy = reportBy;
  }

  synchronized String answer(String word) {
    if (!WORDS.contains(word)) {
      return "no such word (expected: resume or suspend)";
    }
    Instant now = clock.instant();
    // One that is still to come reads what this poke is about.
    if (!promised.isAfter(now)) {
      Instant earliest = promised.plus(BETWEEN);
      promised = earliest.isAfter(now) ? earliest : now;
      reportBy.accept(promised);
    }
    return "ok";
  }
}

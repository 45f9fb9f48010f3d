package io.coxswain.controller.reconcile;

import io.coxswain.controller.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets what nobody asks for any more, so that the database does not grow for ever. */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** Long enough for whoever is told "the token has expired" to look why. */
  static final Duration TOKENS = Duration.ofHours(24);

  /** A quarter of a year. */
  static final Duration HISTORY = Duration.ofDays(90);

  /** Of the whole site; at some 200 bytes each 20 MB. */
  static final int EVENTS = 100_000;

  private final Store store;
  private final InstantSource clock;

  public Retention(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Safe to do at any time and any number of times. */
  public void apply() {
    Instant now = clock.instant();
    int forgotten =
        store.write(
            tx ->
                tx.forgetJoinTokens(now.minus(TOKENS))
                    + tx.forgetOperations(now.minus(HISTORY))
                    + tx.forgetEvents(now.minus(HISTORY), EVENTS));
    if (forgotten > 0) {
      log.info("forgot {} old tokens, operations and events", forgotten);
    }
  }
}

package io.coxswain.agent.link;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread sleep until a time or until somebody wakes it; a wake-up that comes before the
 * sleep counts.
 */
public final class Wakeup {
  // Instant.MAX is farther away than a Duration of nanoseconds reaches; looking up once an hour
  // costs nothing.
  private static final Duration LONGEST = Duration.ofHours(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final InstantSource clock;
  private boolean isDue;

  public Wakeup(InstantSource clock) {
    this.clock = clock;
  }

  public void wake() {
    lock.lock();
    try {
      isDue = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Returns at the time or when woken, whichever comes first. */
  public void sleepUntil(Instant time) throws InterruptedException {
    Instant now = clock.instant();
    Instant latest = now.plus(LONGEST);
    Instant until = time.isBefore(latest) ? time : latest;
    long nanos = until.isAfter(now) ? Duration.between(now, until).toNanos() : 0;
    lock.lockInterruptibly();
    try {
      while (!isDue && nanos > 0) {
        nanos = woken.awaitNanos(nanos);
      }
      isDue = false;
    } finally {
      lock.unlock();
    }
  }
}

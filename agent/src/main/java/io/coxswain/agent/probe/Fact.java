package io.coxswain.agent.probe;

import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One fact, remembered between rounds so that a round stays cheap.
 *
 * <ul>
 *   <li>It is read again when it is older than its period, or at once when its stamp changed: the
 *       stamp is a cheap look at what the fact depends on, such as the state of a program's file.
 *   <li>Whatever its probe throws becomes Failed for this fact alone.
 *   <li>A failure is not remembered for the whole period, but no less than ten times as long as it
 *       took: a program that runs into its deadline must not slow every round.
 * </ul>
 */
final class Fact<T> {
  private static final int PAUSE_PER_COST = 10;

  private final Duration period;
  private final Supplier<?> stamp;
  private final Supplier<Reading<T>> probe;
  private @Nullable Reading<T> last;
  private @Nullable Object lastStamp;
  private Instant dueAt = Instant.MIN;

  Fact(Duration period, Supplier<?> stamp, Supplier<Reading<T>> probe) {
    this.period = period;
    this.stamp = stamp;
    this.probe = probe;
  }

  Fact(Duration period, Supplier<Reading<T>> probe) {
    this(period, () -> "", probe);
  }

  /** Makes the next reading a fresh one. */
  void forget() {
    last = null;
  }

  Reading<T> read(InstantSource clock) {
    Instant startedAt = clock.instant();
    Reading<T> remembered = last;
    Object now = stampNow();
    if (remembered != null && startedAt.isBefore(dueAt) && Objects.equals(now, lastStamp)) {
      return remembered;
    }
    Reading<T> reading = probeNow();
    Instant endedAt = clock.instant();
    Duration pause =
        reading instanceof Reading.Failed<T>
            ? Duration.between(startedAt, endedAt).multipliedBy(PAUSE_PER_COST)
            : period;
    dueAt = endedAt.plus(pause.compareTo(period) < 0 ? pause : period);
    last = reading;
    lastStamp = now;
    return reading;
  }

  private Object stampNow() {
    try {
      return stamp.get();
    } catch (HostException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private Reading<T> probeNow() {
    try {
      return probe.get();
    } catch (Unreadable e) {
      return new Reading.Failed<>(e.reason(), String.valueOf(e.getMessage()));
    } catch (HostException e) {
      FailureReason reason =
          e.reason() == HostException.Reason.DEADLINE_EXCEEDED
              ? FailureReason.TIMED_OUT
              : FailureReason.UNREADABLE;
      return new Reading.Failed<>(reason, String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      // A library that meets hardware its authors never saw must not hide the rest of the machine.
      return new Reading.Failed<>(FailureReason.UNREADABLE, e.toString());
    }
  }
}

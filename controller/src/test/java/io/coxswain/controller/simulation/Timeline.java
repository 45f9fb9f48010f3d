package io.coxswain.controller.simulation;

import io.coxswain.agent.host.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * What happens when, in virtual time, and what is told of it. The only place with time and chance.
 */
final class Timeline {
  private static final int KEPT_LINES = 60;
  // A simulation that stands still in time would never end.
  private static final int MOST_AT_ONCE = 20_000;

  private final ManualClock clock = new ManualClock();
  private final Instant start = clock.instant();
  private final SplittableRandom random;
  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::number));
  private final Deque<String> last = new ArrayDeque<>();
  private final List<String> all = new ArrayList<>();
  private final boolean keepsAll;
  private Runnable afterEach = () -> {};
  private long events;
  private long hash;
  private int atOnce;

  private record Entry(Instant at, long number, Runnable action) {}

  Timeline(long seed, boolean keepsAll) {
    this.random = new SplittableRandom(seed);
    this.keepsAll = keepsAll;
  }

  ManualClock clock() {
    return clock;
  }

  SplittableRandom random() {
    return random;
  }

  Instant now() {
    return clock.instant();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  Duration between(Duration least, Duration most) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
  }

  void afterEach(Runnable check) {
    afterEach = check;
  }

  void at(Instant time, Runnable action) {
    queue.add(new Entry(time.isBefore(now()) ? now() : time, ++events, action));
  }

  void in(Duration wait, Runnable action) {
    at(now().plus(wait), action);
  }

  /** Lets things happen until the condition holds; false when it did not within the time. */
  boolean run(Duration most, BooleanSupplier until) {
    Instant end = now().plus(most);
    while (!until.getAsBoolean()) {
      Entry next = queue.peek();
      if (next == null || next.at().isAfter(end)) {
        clock.advanceTo(end);
        return until.getAsBoolean();
      }
      queue.remove();
      atOnce = next.at().isAfter(now()) ? 0 : atOnce + 1;
      if (atOnce > MOST_AT_ONCE) {
        throw new AssertionError("time stands still at " + now());
      }
      clock.advanceTo(next.at());
      next.action().run();
      afterEach.run();
    }
    return true;
  }

  void trace(String who, String what) {
    String line =
        "%9.3f %-10s %s".formatted(Duration.between(start, now()).toMillis() / 1000.0, who, what);
    hash = hash * 31 + line.hashCode();
    last.addLast(line);
    if (last.size() > KEPT_LINES) {
      last.removeFirst();
    }
    if (keepsAll) {
      all.add(line);
    }
  }

  /** The newest lines. */
  List<String> lastLines() {
    return List.copyOf(last);
  }

  List<String> lines() {
    return List.copyOf(all);
  }

  /** Equal for equal traces. */
  long hash() {
    return hash;
  }

  long events() {
    return events;
  }
}

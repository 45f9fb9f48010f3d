package io.coxswain.agent.runner;

import io.coxswain.agent.report.Failure;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.Progress;
import io.coxswain.agent.report.GroupOutcome.State;
import io.coxswain.agent.report.StepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one group stands between two looks. A group that was done stays done while it converges,
 * until a step of it fails.
 */
final class GroupRun {
  private static final Duration CONVERGE = Duration.ofMinutes(1);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(2);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);

  private final Group group;
  private final long generation;
  private final List<StepOutcome> steps = new ArrayList<>();
  private State state = State.WAITING;
  private int attempt;
  private int next;
  private Instant due = Instant.MIN;
  private Optional<Instant> startedAt = Optional.empty();
  private Optional<Instant> endedAt = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private Optional<Instant> waitingSince = Optional.empty();
  private String waitingFor = "";
  private String evidence = "";
  private boolean isChanging;

  GroupRun(Group group, long generation, Optional<GroupRun> before) {
    this.group = group;
    this.generation = generation;
    before
        .filter(run -> run.group.retry() == group.retry() && run.failure.isPresent())
        .ifPresent(
            run -> {
              attempt = run.attempt;
              failure = run.failure;
            });
  }

  Group group() {
    return group;
  }

  State state() {
    return state;
  }

  Instant due() {
    return due;
  }

  void dueNow(Instant now) {
    due = now;
  }

  /** The step to look at; empty when all are true. */
  Optional<PlannedStep> current() {
    return next < group.steps().size() ? Optional.of(group.steps().get(next)) : Optional.empty();
  }

  void begin(Instant now) {
    if (state == State.WAITING || state == State.FAILED) {
      state = State.RUNNING;
      attempt++;
      startedAt = Optional.of(now);
      endedAt = Optional.empty();
      steps.clear();
      next = 0;
    }
  }

  /** Records that the current step changed something, though it is not known to be true yet. */
  void changing() {
    isChanging = true;
  }

  void stepDone(Instant now, Duration took) {
    StepOutcome outcome =
        new StepOutcome(
            title(), isChanging ? StepOutcome.Result.CHANGED : StepOutcome.Result.UNCHANGED, took);
    if (next < steps.size()) {
      // Converging: what a quiet look took is no news.
      if (isChanging) {
        steps.set(next, outcome);
        endedAt = Optional.of(now);
      }
    } else {
      steps.add(outcome);
    }
    next++;
    waiting(Optional.empty(), "");
    due = now;
  }

  void groupDone(Instant now, String evidence) {
    if (state == State.RUNNING) {
      endedAt = Optional.of(now);
      this.evidence = evidence;
    }
    state = State.DONE;
    failure = Optional.empty();
    next = 0;
    due = now.plus(CONVERGE);
  }

  /** Looks again later; false when the patience is over. */
  boolean await(Instant now, String what, Duration patience) {
    Instant since = waitingSince.orElse(now);
    Duration waited = Duration.between(since, now);
    if (waited.compareTo(patience) >= 0) {
      return false;
    }
    boolean wasChanging = isChanging;
    waiting(Optional.of(since), what);
    isChanging = wasChanging;
    due = now.plus(clamp(waited.dividedBy(4), SHORTEST_POLL, LONGEST_POLL));
    return true;
  }

  void failed(Instant now, Failure why, Duration took) {
    while (steps.size() > next) {
      steps.removeLast();
    }
    steps.add(new StepOutcome(title(), StepOutcome.Result.FAILED, took));
    if (state == State.DONE) {
      // The attempts that it took long ago are over.
      attempt = 1;
    }
    state = State.FAILED;
    failure = Optional.of(why);
    endedAt = Optional.of(now);
    waiting(Optional.empty(), "");
    // 2, 4, 8 … 60 seconds; the shift is bounded long before it overflows.
    Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempt - 1, 10));
    due = now.plus(clamp(backoff, FIRST_BACKOFF, LONGEST_BACKOFF));
  }

  private void waiting(Optional<Instant> since, String what) {
    waitingSince = since;
    waitingFor = what;
    isChanging = false;
  }

  private String title() {
    return current().map(PlannedStep::title).orElse("");
  }

  GroupOutcome outcome() {
    boolean isDone = state == State.DONE;
    int count = group.steps().size();
    return new GroupOutcome(
        group.name(),
        generation,
        group.retry(),
        new Progress(
            state,
            attempt,
            isDone ? "" : title(),
            isDone ? count : Math.min(next + 1, count),
            count,
            isDone ? "" : waitingFor,
            startedAt,
            endedAt),
        steps,
        failure,
        evidence);
  }

  private static Duration clamp(Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0) {
      return least;
    }
    return value.compareTo(most) > 0 ? most : value;
  }
}

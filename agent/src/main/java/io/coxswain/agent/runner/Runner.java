package io.coxswain.agent.runner;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.report.Failure;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.State;
import io.coxswain.agent.step.Check;
import io.coxswain.agent.step.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the newest assignment true and keeps it so.
 *
 * <ul>
 *   <li>One step at a time; groups take turns, and a group whose step waits or failed lets the
 *       others go on.
 *   <li>A group starts when those before it are done. When it fails it starts from the top after a
 *       while; what is true already costs a look.
 *   <li>A done group is looked at again every minute, together with all others, and mended where it
 *       drifted.
 *   <li>No step can end the runner: what it throws fails its group.
 * </ul>
 *
 * {@link #advance} belongs to one thread; the other methods may be called from any.
 */
public final class Runner {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);

  // Done groups that would be looked at within this time are looked at together.
  private static final Duration GATHER = Duration.ofSeconds(30);

  private final Host host;
  private final Consumer<GroupOutcome> listener;
  private final Map<String, GroupOutcome> outcomes = new LinkedHashMap<>();
  private Assignment newest = Assignment.NONE;
  // Those below belong to the thread that advances.
  private Assignment current = Assignment.NONE;
  private List<GroupRun> runs = List.of();
  private int turn;

  public Runner(Host host, Consumer<GroupOutcome> listener) {
    this.host = host;
    this.listener = listener;
  }

  /**
   * Takes the assignment from the next step on; false when it is not newer than the one that is
   * held.
   */
  public synchronized boolean offer(Assignment assignment) {
    if (assignment.generation() <= newest.generation()) {
      return false;
    }
    newest = assignment;
    return true;
  }

  /** The generation held; 0 when none. */
  public synchronized long generation() {
    return newest.generation();
  }

  /** Where every group stands. */
  public synchronized List<GroupOutcome> outcomes() {
    return List.copyOf(outcomes.values());
  }

  /** Looks at one step and applies it where needed, if any is due; says when the next one is. */
  public Instant advance() {
    takeNewest();
    Instant now = host.clock().instant();
    Optional<GroupRun> due = pick(now);
    due.ifPresent(this::advance);
    return runs.stream()
        .filter(this::isReleased)
        .map(run -> run.due().isBefore(now) ? now : run.due())
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  private void takeNewest() {
    Assignment assignment;
    synchronized (this) {
      assignment = newest;
    }
    if (assignment.generation() == current.generation()) {
      return;
    }
    Map<String, GroupRun> before =
        runs.stream().collect(Collectors.toMap(run -> run.group().name(), run -> run));
    current = assignment;
    turn = 0;
    runs =
        assignment.groups().stream()
            .map(
                group ->
                    new GroupRun(
                        group,
                        assignment.generation(),
                        Optional.ofNullable(before.get(group.name()))))
            .toList();
    log.info("generation {}: {} groups", assignment.generation(), runs.size());
    synchronized (this) {
      outcomes.clear();
    }
    runs.forEach(this::publish);
  }

  private Optional<GroupRun> pick(Instant now) {
    List<GroupRun> due =
        runs.stream().filter(run -> isReleased(run) && !run.due().isAfter(now)).toList();
    if (due.isEmpty()) {
      return Optional.empty();
    }
    if (due.stream().allMatch(run -> run.state() == State.DONE)) {
      // In one pass, so that the host can answer for all of them at once.
      runs.stream()
          .filter(run -> run.state() == State.DONE && run.due().isBefore(now.plus(GATHER)))
          .forEach(run -> run.dueNow(now));
    }
    GroupRun picked = due.get(turn % due.size());
    turn = (turn + 1) % Integer.MAX_VALUE;
    return Optional.of(picked);
  }

  private boolean isReleased(GroupRun run) {
    return run.group().after().stream()
        .allMatch(
            name ->
                runs.stream()
                    .filter(other -> other.group().name().equals(name))
                    .allMatch(other -> other.state() == State.DONE));
  }

  private void advance(GroupRun run) {
    run.begin(host.clock().instant());
    publish(run);
    run.current().ifPresent(step -> advance(run, step));
    if (run.current().isEmpty() && run.state() != State.FAILED) {
      boolean isNew = run.state() == State.RUNNING;
      run.groupDone(host.clock().instant(), isNew ? evidence(run) : "");
    }
    publish(run);
  }

  // The one switch.
  private void advance(GroupRun run, PlannedStep planned) {
    Instant start = host.clock().instant();
    Step step = planned.step();
    try {
      Check check = step.check(host);
      if (check instanceof Check.Drift(List<String> changes)) {
        changes.forEach(
            change -> log.info("{}: {}: {}", run.group().name(), planned.title(), change));
        run.changing();
        step.apply(host);
        check = step.check(host);
      }
      conclude(run, check, start);
    } catch (HostException e) {
      fail(
          run,
          new Failure(
              e.reason().name(), String.valueOf(e.getMessage()), e.tail(), e.reason().nextAction()),
          start);
    } catch (RuntimeException e) {
      log.error("{}: {}: unexpected", run.group().name(), planned.title(), e);
      fail(
          run,
          new Failure(
              "UNEXPECTED",
              e.getClass().getName() + ": " + e.getMessage(),
              List.of(),
              "report it with the agent's log"),
          start);
    }
  }

  private void conclude(GroupRun run, Check check, Instant start) {
    switch (check) {
      case Check.InSync() -> run.stepDone(host.clock().instant(), since(start));
      case Check.Pending(String what, Duration patience) -> {
        if (!run.await(host.clock().instant(), what, patience)) {
          fail(
              run,
              failure(Reason.DEADLINE_EXCEEDED, "after " + patience.toSeconds() + " s: " + what),
              start);
        }
      }
      case Check.Blocked(String reason) -> fail(run, failure(Reason.BLOCKED, reason), start);
      case Check.Drift(List<String> changes) ->
          fail(
              run,
              failure(
                  Reason.CHECK_FAILED, "applied, and still to do: " + String.join("; ", changes)),
              start);
    }
  }

  private void fail(GroupRun run, Failure failure, Instant start) {
    log.warn(
        "{}: {}: {}",
        run.group().name(),
        run.current().map(PlannedStep::title).orElse(""),
        failure.message());
    run.failed(host.clock().instant(), failure, since(start));
  }

  private static Failure failure(Reason reason, String message) {
    return new Failure(reason.name(), message, List.of(), reason.nextAction());
  }

  private Duration since(Instant start) {
    return Duration.between(start, host.clock().instant());
  }

  private String evidence(GroupRun run) {
    List<String> lines = new ArrayList<>();
    for (PlannedStep planned : run.group().steps()) {
      try {
        planned.step().evidence(host).ifPresent(lines::add);
      } catch (HostException e) {
        log.warn("{}: {}: evidence: {}", run.group().name(), planned.title(), e.getMessage());
      }
    }
    return String.join("\n", lines);
  }

  private void publish(GroupRun run) {
    GroupOutcome outcome = run.outcome();
    synchronized (this) {
      if (outcome.equals(outcomes.put(outcome.group(), outcome))) {
        return;
      }
    }
    listener.accept(outcome);
  }
}

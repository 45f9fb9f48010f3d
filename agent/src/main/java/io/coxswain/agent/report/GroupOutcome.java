package io.coxswain.agent.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where one group of steps stands: everything of it, so that the newest one counts and none is
 * missed.
 *
 * @param retry the number of the operator's try that this belongs to
 * @param failure the last one, kept while the next attempt runs
 * @param evidence what the group's checks measured, for people; empty for most
 */
public record GroupOutcome(
    String group,
    long generation,
    int retry,
    Progress progress,
    List<StepOutcome> steps,
    Optional<Failure> failure,
    String evidence) {
  public GroupOutcome {
    steps = List.copyOf(steps);
  }

  /**
   * How far it is.
   *
   * @param attempt 1 for the first; 0 before it
   * @param step title of the step that runs, waits or failed; empty when done
   * @param stepNumber from 1
   * @param waitingFor what the step waits for while nothing is wrong
   */
  public record Progress(
      State state,
      int attempt,
      String step,
      int stepNumber,
      int stepCount,
      String waitingFor,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt) {}

  /** The state of a group. */
  public enum State {
    /** Groups that come before it are not done. */
    WAITING,
    /** Its steps are applied. */
    RUNNING,
    /** Every step is true; it is looked at again every minute. */
    DONE,
    /** A step failed; it is tried again by itself. */
    FAILED
  }
}

package io.coxswain.controller.observed;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a machine's agent is with one group of its assignment. The newest one counts.
 *
 * @param waitingFor what the step waits for that goes on without it: "jobs still run: 12 of bob";
 *     empty when for nothing
 */
public record GroupOutcome(
    long generation,
    String group,
    State state,
    int attempt,
    int retry,
    String step,
    int stepNumber,
    int stepCount,
    String waitingFor,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Failure> failure,
    List<StepTime> steps,
    String evidence) {

  public GroupOutcome {
    steps = List.copyOf(steps);
  }

  /** Whether it may not be done now, for a reason outside of it: jobs run. */
  public boolean isBlocked() {
    return state == State.FAILED
        && failure.map(why -> why.reason().equals("BLOCKED")).orElse(false);
  }

  /** Whether it has failed often enough; what waits for users' jobs is not given up. */
  public boolean isGivenUp(int attempts) {
    return state == State.FAILED && attempt >= attempts && !isBlocked();
  }

  public enum State {
    WAITING,
    RUNNING,
    DONE,
    FAILED
  }

  /**
   * Why a step failed: a word for programs, the command's last lines and the next action for
   * people.
   */
  public record Failure(String reason, String message, List<String> tail, String nextAction) {
    public Failure {
      tail = List.copyOf(tail);
    }
  }

  public record StepTime(String step, String result, long millis) {}
}

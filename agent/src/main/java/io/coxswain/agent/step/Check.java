package io.coxswain.agent.step;

import java.time.Duration;
import java.util.List;

/** How far a machine is from what a step wants. */
public sealed interface Check {
  /** Nothing to do. */
  record InSync() implements Check {}

  /** What applying the step would change; a dry run prints it. */
  record Drift(List<String> changes) implements Check {
    public Drift {
      changes = List.copyOf(changes);
    }

    static Check of(List<String> changes) {
      return changes.isEmpty() ? new InSync() : new Drift(changes);
    }

    static Check of(String change) {
      return new Drift(List.of(change));
    }
  }

  /** On its way without us: look again, for as long as there is patience. */
  record Pending(String what, Duration patience) implements Check {}

  /** May not be done now, for a reason outside the step: jobs run. */
  record Blocked(String reason) implements Check {}
}

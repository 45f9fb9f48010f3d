package io.coxswain.controller.api.wire;

import io.coxswain.controller.observed.GroupOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far a machine's agent is with the groups that concern one cluster, in the order in which they
 * began.
 */
record Progress(List<GroupOutcome> outcomes) {
  Progress {
    outcomes = List.copyOf(outcomes);
  }

  /** Groups without a cluster's name before them concern all that lease the machine. */
  static Progress of(Iterable<GroupOutcome> told, String cluster) {
    List<GroupOutcome> outcomes = new ArrayList<>();
    for (GroupOutcome outcome : told) {
      if (outcome.group().indexOf('/') < 0 || outcome.group().startsWith(cluster + "/")) {
        outcomes.add(outcome);
      }
    }
    outcomes.sort(
        Comparator.comparing((GroupOutcome outcome) -> outcome.startedAt().orElse(Instant.MAX))
            .thenComparing(GroupOutcome::group));
    return new Progress(outcomes);
  }

  /** What is being done; else what failed; else what was done last. */
  Optional<GroupOutcome> current() {
    return last(GroupOutcome.State.RUNNING)
        .or(() -> last(GroupOutcome.State.FAILED))
        .or(() -> last(GroupOutcome.State.DONE));
  }

  /** The newest failure of a group that is tried again or was given up. */
  Optional<GroupOutcome.Failure> failure() {
    return outcomes.stream()
        .filter(outcome -> outcome.state() != GroupOutcome.State.DONE)
        .flatMap(outcome -> outcome.failure().stream())
        .reduce((older, newer) -> newer);
  }

  private Optional<GroupOutcome> last(GroupOutcome.State state) {
    return outcomes.stream()
        .filter(outcome -> outcome.state() == state)
        .reduce((older, newer) -> newer);
  }
}

package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.TestResult;
import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An active test of a cluster's nodes.
 *
 * @param operation id of the operation that it is
 * @param nodes what its agent is to measure, where it finds them idle
 * @param tolerancePercent how much worse than its baseline a machine may be without a word
 * @param isNewBaseline whether what comes out replaces the baselines
 * @param results lines as the agent's contract has them; until the end only what was skipped from
 *     the start
 */
public record NodeTest(
    String operation,
    ClusterId cluster,
    List<String> nodes,
    int tolerancePercent,
    boolean isNewBaseline,
    Instant startedAt,
    Optional<Instant> endedAt,
    String results) {
  public NodeTest {
    nodes = List.copyOf(nodes);
  }

  public boolean isUnderWay() {
    return endedAt.isEmpty();
  }

  /** The same with what came out behind what was known from the start. */
  public NodeTest ended(Instant at, String evidence) {
    return new NodeTest(
        operation,
        cluster,
        nodes,
        tolerancePercent,
        isNewBaseline,
        startedAt,
        Optional.of(at),
        evidence + (results.isEmpty() || evidence.isEmpty() ? "" : "\n") + results);
  }

  public List<TestResult> parsed() {
    return TestResult.parseAll(results);
  }
}

package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.TestResult;
import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A measurement of a volume by the nodes of a cluster.
 *
 * @param operation id of the operation that it is
 * @param results lines as those of {@link NodeTest}, of kind "write" and "read"
 */
public record VolumeTest(
    String operation,
    String volume,
    ClusterId cluster,
    Instant startedAt,
    Optional<Instant> endedAt,
    String results) {

  public boolean isUnderWay() {
    return endedAt.isEmpty();
  }

  public VolumeTest ended(Instant at, String lines) {
    return new VolumeTest(operation, volume, cluster, startedAt, Optional.of(at), lines);
  }

  public List<TestResult> parsed() {
    return TestResult.parseAll(results);
  }
}

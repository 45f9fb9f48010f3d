package io.coxswain.controller.lifecycle;

import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;
import static io.coxswain.controller.lifecycle.InstanceState.CONTAINER_CREATING;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYED;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYING;
import static io.coxswain.controller.lifecycle.InstanceState.FAILED;
import static io.coxswain.controller.lifecycle.InstanceState.PENDING;
import static io.coxswain.controller.lifecycle.InstanceState.PROVISIONING;
import static io.coxswain.controller.lifecycle.InstanceState.RUNNING;
import static io.coxswain.controller.lifecycle.InstanceState.STOPPED;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The status of a cluster: the most pressing state among its instances, never without the counts.
 */
public record ClusterStatus(InstanceState state, String line) {
  /** The most pressing first. */
  public static final List<InstanceState> PRIORITY =
      List.of(
          FAILED,
          DESTROYING,
          PENDING,
          PROVISIONING,
          CONFIGURING,
          CONTAINER_CREATING,
          STOPPED,
          RUNNING,
          DESTROYED);

  /** Status of at least one instance: {@code FAILED (1/64; 63 RUNNING)}. */
  public static ClusterStatus of(Collection<InstanceState> instances) {
    Map<InstanceState, Integer> counts = new EnumMap<>(InstanceState.class);
    instances.forEach(state -> counts.merge(state, 1, Integer::sum));
    InstanceState first =
        PRIORITY.stream()
            .filter(counts::containsKey)
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("instances: none (expected: at least one)"));
    StringBuilder line =
        new StringBuilder(first.name())
            .append(" (")
            .append(counts.get(first))
            .append('/')
            .append(instances.size());
    String before = "; ";
    for (InstanceState other : PRIORITY) {
      if (other != first && counts.containsKey(other)) {
        line.append(before).append(counts.get(other)).append(' ').append(other);
        before = ", ";
      }
    }
    return new ClusterStatus(first, line.append(')').toString());
  }
}

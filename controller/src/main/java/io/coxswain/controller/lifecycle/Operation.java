package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.Optional;

/**
 * A long-running request.
 *
 * @param cluster whose it is; empty when it is about machines
 * @param requestId the client's own id; the same one never starts a second operation
 * @param message why it failed and what to do, or what to type next
 */
public record Operation(
    String id,
    Kind kind,
    State state,
    Optional<ClusterId> cluster,
    String requestId,
    Instant startedAt,
    Optional<Instant> endedAt,
    String message) {

  /** What was asked. */
  public enum Kind {
    CREATE_CLUSTER,
    DESTROY_CLUSTER,
    RETRY_INSTANCE,
    /** Over machines, of no cluster. */
    APPLY_BUNDLE,
    ROLL_BACK_BUNDLE,
    TEST_NODES,
    SCALE_CLUSTER,
    REMOVE_INSTANCE,
    /** Of a machine, of no cluster. */
    POWER_MACHINE,
    STOP_INSTANCE,
    START_INSTANCE,
    ATTACH_VOLUME,
    DETACH_VOLUME,
    TEST_VOLUME,
    CREATE_NODEPOOL,
    EDIT_NODEPOOL,
    DELETE_NODEPOOL;

    /** Whether nodes come or go by it. */
    public boolean isScaling() {
      return switch (this) {
        case SCALE_CLUSTER, REMOVE_INSTANCE, CREATE_NODEPOOL, EDIT_NODEPOOL, DELETE_NODEPOOL ->
            true;
        default -> false;
      };
    }
  }

  /** How far it is; all but IN_PROGRESS are for ever. */
  public enum State {
    IN_PROGRESS,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  public boolean isOf(ClusterId id) {
    return cluster.filter(id::equals).isPresent();
  }

  public Operation ended(State state, Instant at, String message) {
    return new Operation(id, kind, state, cluster, requestId, startedAt, Optional.of(at), message);
  }
}

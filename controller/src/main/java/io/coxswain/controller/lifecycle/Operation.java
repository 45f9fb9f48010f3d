package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.Optional;

/**
 * A long-running request.
 *
 * @param requestId the client's own id; the same one never starts a second operation
 * @param message why it failed and what to do, or what to type next
 */
public record Operation(
    String id,
    Kind kind,
    State state,
    ClusterId cluster,
    String requestId,
    Instant startedAt,
    Optional<Instant> endedAt,
    String message) {

  /** What was asked. */
  public enum Kind {
    CREATE_CLUSTER,
    DESTROY_CLUSTER,
    RETRY_INSTANCE
  }

  /** How far it is; all but IN_PROGRESS are for ever. */
  public enum State {
    IN_PROGRESS,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  public Operation ended(State state, Instant at, String message) {
    return new Operation(id, kind, state, cluster, requestId, startedAt, Optional.of(at), message);
  }
}

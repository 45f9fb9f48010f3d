package io.coxswain.controller.observed;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a machine from its agent alone.
 *
 * @param facts the newest report; empty when there was none since the controller started
 * @param lastSeen when it was last heard; {@link Instant#EPOCH} when never since the controller
 *     started
 * @param isConnected whether a stream is open
 * @param generation of the assignment the agent holds
 * @param outcomes by group, the newest of each
 */
public record Seen(
    Optional<MachineFacts> facts,
    Instant lastSeen,
    boolean isConnected,
    long generation,
    Map<String, GroupOutcome> outcomes) {
  public static final Seen NOTHING = new Seen(Optional.empty(), Instant.EPOCH, false, 0, Map.of());

  public Seen {
    outcomes = Map.copyOf(outcomes);
  }

  public LinkState link(Instant now) {
    return LinkState.of(lastSeen, now);
  }

  /**
   * The link of the machine that this was seen of: a revoked one was cut off, however lately it was
   * heard.
   */
  public LinkState link(Machine machine, Instant now) {
    return machine.isRevoked() ? LinkState.LOST : link(now);
  }
}

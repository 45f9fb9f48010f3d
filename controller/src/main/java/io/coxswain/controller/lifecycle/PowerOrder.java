package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.PowerDeed;
import java.time.Instant;
import java.util.Optional;

/**
 * A wish to read or change a machine's power; the operation of the same id tells people of it.
 *
 * @param jumphostId the machine whose agent speaks to the BMC; empty where there is none to speak
 *     to
 * @param instance that is stopped or started by it; empty: it is about the machine alone
 * @param since when it came into its state
 * @param power what was read at the end: "on", "off", "unknown"; empty until then, and where
 *     nothing was
 */
public record PowerOrder(
    String operation,
    String machineId,
    String jumphostId,
    PowerDeed deed,
    boolean isForced,
    String instance,
    String by,
    Instant askedAt,
    State state,
    Instant since,
    String power) {

  /** How far it is. */
  public enum State {
    /** Of a stop: the node gets no new jobs; those that run are awaited. */
    ASKED,
    /** The agents were told. */
    UNDER_WAY,
    /** Of a start: it is switched on, and its agent is awaited. */
    BOOTING,
    /** Of a start: the instance is set up and proven. */
    PROVING,
    ENDED
  }

  public PowerOrder in(State next, Instant now) {
    return new PowerOrder(
        operation, machineId, jumphostId, deed, isForced, instance, by, askedAt, next, now, power);
  }

  public PowerOrder reading(String told) {
    return new PowerOrder(
        operation,
        machineId,
        jumphostId,
        deed,
        isForced,
        instance,
        by,
        askedAt,
        state,
        since,
        told);
  }

  public boolean isEnded() {
    return state == State.ENDED;
  }

  public boolean isOfInstance() {
    return !instance.isEmpty();
  }

  /** When it ended; empty while it has not. */
  public Optional<Instant> endedAt() {
    return isEnded() ? Optional.of(since) : Optional.empty();
  }
}

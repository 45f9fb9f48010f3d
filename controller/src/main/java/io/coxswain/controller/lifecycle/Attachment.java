package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;

/**
 * A volume on the machines of one cluster.
 *
 * @param path where it is mounted
 * @param operation id of the one that changes it; empty when nobody waits for the change
 * @param isForced whether it goes though files are open
 */
public record Attachment(
    String volume,
    ClusterId cluster,
    String path,
    State state,
    String operation,
    boolean isForced,
    Instant since) {

  /** How far it is. */
  public enum State {
    /** Every machine mounts it; ends when those that answer have proven it. */
    ATTACHING,
    /** There; a machine that comes later gets it, too. */
    ATTACHED,
    /** Every machine looks who has files open; nothing is changed yet. */
    LOOKING,
    /** Every machine unmounts it; ends when the last one has, however long that one is silent. */
    DETACHING
  }

  public static Attachment begun(
      String volume, ClusterId cluster, String path, String operation, Instant now) {
    return new Attachment(volume, cluster, path, State.ATTACHING, operation, false, now);
  }

  public Attachment in(State next, Instant now) {
    return new Attachment(volume, cluster, path, next, operation, isForced, now);
  }

  /** The same, with nobody waiting for it any more. */
  public Attachment settled(State next, Instant now) {
    return new Attachment(volume, cluster, path, next, "", false, now);
  }

  /** The same, going on though nobody waits for it any more. */
  public Attachment unwatched() {
    return new Attachment(volume, cluster, path, state, "", isForced, since);
  }

  /** On its way out, asked for by the operation. */
  public Attachment leaving(String operation, boolean isForced, Instant now) {
    return new Attachment(
        volume,
        cluster,
        path,
        isForced ? State.DETACHING : State.LOOKING,
        operation,
        isForced,
        now);
  }

  /** What could not be attached is taken back, whoever has begun to use it. */
  public Attachment undone(Instant now) {
    return new Attachment(volume, cluster, path, State.DETACHING, "", true, now);
  }

  /** Whether its machines are being changed for somebody who waits. */
  public boolean isChanging() {
    return !operation.isEmpty() && state != State.ATTACHED;
  }

  public boolean isWanted() {
    return state == State.ATTACHING || state == State.ATTACHED;
  }
}

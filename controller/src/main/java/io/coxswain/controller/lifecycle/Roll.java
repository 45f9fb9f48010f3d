package io.coxswain.controller.lifecycle;

import io.coxswain.controller.spec.DriverSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A driver bundle on its way over machines, a few at a time; or, as a rollback, the drivers of
 * before on their way back.
 *
 * @param operation id of the operation that it is
 * @param title for people: {@code nvidia-580-open 1}; of a rollback what is left behind
 * @param maxUnavailable how many machines may be without jobs because of it at one time, at least 1
 * @param mayReboot whether machines are rebooted where the driver needs it; else that is left to
 *     people
 * @param members in the order in which they are taken
 * @param by who asked
 * @param isCancelled whether somebody stopped it
 */
public record Roll(
    String operation,
    String title,
    boolean isRollback,
    int maxUnavailable,
    boolean mayReboot,
    List<Member> members,
    String by,
    Instant startedAt,
    boolean isCancelled) {
  public Roll {
    members = List.copyOf(members);
  }

  public Roll(
      String operation,
      String title,
      boolean isRollback,
      int maxUnavailable,
      boolean mayReboot,
      List<Member> members,
      String by,
      Instant startedAt) {
    this(operation, title, isRollback, maxUnavailable, mayReboot, members, by, startedAt, false);
  }

  public Roll with(List<Member> next) {
    return new Roll(
        operation, title, isRollback, maxUnavailable, mayReboot, next, by, startedAt, isCancelled);
  }

  /** The same, with nothing more begun. */
  public Roll cancelled(List<Member> next) {
    return new Roll(
        operation, title, isRollback, maxUnavailable, mayReboot, next, by, startedAt, true);
  }

  /** How many of its machines are so. */
  public long count(State state) {
    return members.stream().filter(member -> member.state() == state).count();
  }

  /**
   * One machine of it.
   *
   * @param driver what it gets; empty in a rollback
   * @param message how it stands or why it failed, for people
   */
  public record Member(String machineId, Optional<DriverSet> driver, State state, String message) {
    public Member in(State next, String why) {
      return new Member(machineId, driver, next, why);
    }
  }

  /** How far a machine is. */
  public enum State {
    /** Its turn has not come. */
    WAITING,
    /** Being drained, installed, rebooted, verified or tested. */
    UNDER_WAY,
    DONE,
    /** It failed, and what was before is being brought back. */
    ROLLING_BACK,
    /** It failed, and is as it was before. */
    ROLLED_BACK,
    /** It failed and is kept from jobs; somebody must look. */
    FAILED,
    /** Its turn never came, since another one failed or somebody cancelled. */
    SKIPPED;

    public boolean isOpen() {
      return this == WAITING || this == UNDER_WAY || this == ROLLING_BACK;
    }
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.Optional;

/** How a repair that a machine's own agent carries out begins and ends. */
final class RepairEnd {
  private RepairEnd() {}

  static void begin(Draft draft, Machine machine, Repair repair, Instant now) {
    draft.put(machine.with(machine.care().begun(repair, now)));
    draft.note(machine, "REPAIRING", repair.work().words());
  }

  /** The repair with its end or with what it waits for; empty when nothing is new. */
  static Optional<Repair> of(Assignments assignments, MachineView view, Instant now) {
    Repair repair = view.machine().care().repair().orElseThrow();
    if (view.machine().isRevoked() || isSilent(view, now)) {
      return Optional.of(repair.in(Repair.State.FAILED, "its agent fell silent over it"));
    }
    Optional<GroupOutcome> told =
        assignments.outcome(view.machine().id(), GroupNames.repair(repair.id()));
    if (told.isEmpty()) {
      return Optional.empty();
    }
    String why = told.get().failure().map(GroupOutcome.Failure::message).orElse("");
    if (told.get().state() == GroupOutcome.State.DONE) {
      return Optional.of(repair.in(Repair.State.DONE, ""));
    }
    if (told.get().isBlocked()) {
      return Optional.of(repair.in(Repair.State.UNDER_WAY, why)).filter(r -> !r.equals(repair));
    }
    return told.get().isGivenUp(Limits.ATTEMPTS)
        ? Optional.of(repair.in(Repair.State.FAILED, why))
        : Optional.empty();
  }

  // Nothing is concluded from a silence that began before this controller did.
  private static boolean isSilent(MachineView view, Instant now) {
    Instant heard = view.seen().lastSeen();
    return !view.seen().isConnected()
        && !heard.equals(Instant.EPOCH)
        && heard.plus(Limits.SILENCE).isBefore(now);
  }

  static void note(Draft draft, Machine machine, Repair repair) {
    String what = repair.work().words();
    switch (repair.state()) {
      case DONE -> draft.note(machine, "REPAIRED", what);
      case FAILED -> draft.note(machine, "REPAIR_FAILED", what + ": " + repair.message());
      case ASKED, UNDER_WAY, LEAVING, LEFT ->
          draft.note(machine, "REPAIR_WAITS", what + ": " + repair.message());
    }
  }
}

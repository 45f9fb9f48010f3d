package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.PowerDeed;
import java.time.Instant;

/** Ends the orders that are about a machine alone. */
final class PowerDecision {
  private final World world;
  private final Assignments assignments;
  private final Draft draft;
  private final Instant now;

  PowerDecision(World world, Assignments assignments, Draft draft, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.draft = draft;
    this.now = now;
  }

  void decide() {
    world.power().stream()
        .filter(view -> !view.order().isOfInstance() && !view.order().isEnded())
        .forEach(
            view -> PowerEnd.of(world, assignments, view, now).ifPresent(end -> end(view, end)));
  }

  private void end(PowerView view, PowerEnd end) {
    PowerOrder order = view.order();
    MachineView machine = world.machines().get(order.machineId());
    String name = machine == null ? order.machineId() : machine.machine().name();
    String message = end.isDone() ? told(view, name, end.power()) : end.message();
    draft.put(order.reading(end.power()).in(PowerOrder.State.ENDED, now));
    world.operations().stream()
        .filter(operation -> operation.id().equals(order.operation()))
        .findFirst()
        .ifPresent(
            operation ->
                draft.put(
                    operation.ended(
                        end.isDone() ? Operation.State.SUCCEEDED : Operation.State.FAILED,
                        now,
                        message)));
    if (machine != null && order.deed() != PowerDeed.READ) {
      note(machine.machine(), order, end, message);
    }
  }

  private void note(Machine machine, PowerOrder order, PowerEnd end, String message) {
    draft.note(
        machine,
        end.isDone() ? "POWERED" : "POWER_FAILED",
        end.isDone()
            ? order.deed().words() + (order.isForced() ? " by force: " : ": ") + message
            : message);
  }

  /** "gpu07 is off (by its BMC, ipmi 10.0.0.7:623)". */
  static String told(PowerView view, String name, String power) {
    String by = view.bmc().map(bmc -> bmc.words()).orElse("");
    return power.equals("unknown")
        ? name + " was called (" + by + "); nothing reads its power back"
        : name + " is " + power + " (by its BMC, " + by + ")";
  }
}

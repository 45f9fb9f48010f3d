package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Gives up what takes longer than its state may. */
final class Deadlines {
  private Deadlines() {}

  /** Whether the instance's time is over; then the event has happened. */
  static boolean hasPassed(Instance instance, World world, Draft draft, Instant now) {
    if (isServing(instance)
        || instance.deadline().isEmpty()
        || now.isBefore(instance.deadline().get())) {
      return false;
    }
    MachineView view = world.machines().get(instance.machineId());
    String link =
        view == null
            ? "has no machine"
            : draft.machineName(instance) + " is " + view.seen().link(now);
    String message =
        instance.state()
            + " took longer than it may, until "
            + instance.deadline().get()
            + "; "
            + link;
    GroupOutcome.Failure failure =
        new GroupOutcome.Failure(
            "DEADLINE_PASSED",
            message,
            List.of(),
            "cox why " + instance.name() + ", then: cox instance retry " + instance.name());
    draft.happen(instance, InstanceEvent.DEADLINE_PASSED, message, Optional.of(failure));
    return true;
  }

  // A jumphost whose slurmctld serves waits for the nodes alone, which have their own deadlines.
  private static boolean isServing(Instance instance) {
    return instance.isJumphost()
        && instance.state() == InstanceState.CONFIGURING
        && instance.settled().isServing();
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * Machines that are off while their cluster ends: nobody can clean them now, and nobody waits for
 * them. Kept out of the pool, cleaned when they come up, then free.
 */
final class LeftBehind {
  private static final String WHY = "not cleaned: it was switched off when its cluster ended";

  private LeftBehind() {}

  /** Takes its machine from an instance that is stopped: it has nothing left to clean then. */
  static void leaveIfOff(Instance instance, World world, Draft draft, Instant now) {
    MachineView view = world.machines().get(instance.machineId());
    if (instance.state() != InstanceState.STOPPED || view == null || view.seen().isConnected()) {
      return;
    }
    Machine machine = draft.current(view.machine());
    Repair.Work work = Repair.Work.leave(instance.cluster(), instance.name(), false);
    String id = "left-" + instance.name() + "-" + now.toEpochMilli();
    Repair wish = Repair.asked(id, work, "the end of its cluster", now).in(Repair.State.LEFT, WHY);
    draft.put(
        machine
            .quarantined("left " + instance.name() + "; " + WHY)
            .with(machine.care().with(wish)));
    draft.note(machine, "LEFT_BEHIND", "it is off; it is cleaned when it comes up");
    draft.put(instance.leasing(""));
  }

  /** Names of the machines that a cluster left behind, "gpu07, gpu09"; empty when none. */
  static String names(ClusterId cluster, World world) {
    return world.machines().values().stream()
        .map(MachineView::machine)
        .filter(
            machine ->
                machine
                    .care()
                    .repair()
                    .filter(wish -> wish.state() == Repair.State.LEFT && isWell(wish))
                    .flatMap(wish -> wish.work().cluster())
                    .filter(cluster::equals)
                    .isPresent())
        .map(Machine::name)
        .collect(Collectors.joining(", "));
  }

  /**
   * Whether the machine may go back to the pool once it is clean: nothing else is wrong with it.
   */
  static boolean isWell(Repair wish) {
    return wish.message().equals(WHY);
  }
}

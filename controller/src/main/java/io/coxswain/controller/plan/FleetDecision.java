package io.coxswain.controller.plan;

import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Care;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;

/**
 * What has happened to machines as such, whoever leases them: repairs of machines that no cluster
 * has, drivers on their way, repairs that the site's policy asks for. Pure; deciding twice decides
 * nothing new.
 */
public final class FleetDecision {
  private final World world;
  private final Assignments assignments;
  private final Draft draft;
  private final Instant now;

  private FleetDecision(World world, Assignments assignments, Draft draft, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.draft = draft;
    this.now = now;
  }

  /** Changes due now; empty when there is nothing to do but wait. */
  public static Changes decide(
      World world, Assignments assignments, RepairPolicy policy, Instant now) {
    Draft draft = new Draft(world, now);
    FleetDecision decision = new FleetDecision(world, assignments, draft, now);
    world.machines().values().forEach(decision::advance);
    world.rolls().forEach(roll -> new RollDecision(world, roll, draft, now).decide());
    new AutomaticRepairs(world, policy, draft, now).decide();
    new PowerDecision(world, assignments, draft, now).decide();
    return draft.changes();
  }

  private void advance(MachineView view) {
    view.machine().care().repair().ifPresent(repair -> advance(view, repair));
  }

  private void advance(MachineView view, Repair repair) {
    Machine machine = view.machine();
    boolean isFree = view.leases().isEmpty() || !repair.work().needsIdleNode();
    if (view.leases().isEmpty() && isLeaving(repair)) {
      drop(machine, repair, "its cluster is gone");
      return;
    }
    switch (repair.state()) {
      case ASKED -> {
        if (isFree) {
          RepairEnd.begin(draft, machine, repair, now);
        }
      }
      case UNDER_WAY -> {
        // One that parts is its cluster's until its node is gone, however long it is silent.
        if (!repair.work().partsFromCluster() && (isFree || isOnItsWay(machine))) {
          RepairEnd.of(assignments, view, now)
              .ifPresent(
                  ended -> {
                    draft.put(machine.with(machine.care().with(ended)));
                    RepairEnd.note(draft, machine, ended);
                  });
        }
      }
      case LEFT -> clean(view, repair);
      case DONE, FAILED -> {
        // A roll takes note of its own.
        if (!repair.work().isOfRoll()) {
          draft.put(machine.with(machine.care().withoutRepair()));
        }
      }
      case LEAVING -> {}
    }
  }

  private static boolean isLeaving(Repair repair) {
    return repair.work().partsFromCluster()
        && !repair.isEnded()
        && repair.state() != Repair.State.LEFT;
  }

  /** Whether its node is neither given to jobs nor failed, so that no one else takes note. */
  private boolean isOnItsWay(Machine machine) {
    return world.leasing(machine.id()).stream().allMatch(lease -> lease.state().isTransient());
  }

  /** One that was replaced while silent has come back and is cleaned of its cluster. */
  private void clean(MachineView view, Repair repair) {
    Machine machine = view.machine();
    boolean isClusterGone =
        repair.work().cluster().map(id -> !world.clusters().containsKey(id)).orElse(true);
    boolean isClean =
        repair
            .work()
            .cluster()
            .flatMap(id -> assignments.outcome(machine.id(), GroupNames.clean(id)))
            .filter(told -> told.state() == GroupOutcome.State.DONE)
            .isPresent();
    if (isClusterGone) {
      drop(machine, repair, "its cluster is gone; clean it by hand");
    } else if (isClean) {
      drop(
          LeftBehind.isWell(repair) ? machine.cleaned(now) : machine,
          repair,
          "cleaned of its cluster");
    }
  }

  private void drop(Machine machine, Repair repair, String why) {
    Care care = machine.care().withoutRepair();
    draft.put(machine.with(care));
    draft.note(machine, "REPAIR_ENDED", repair.work().words() + ": " + why);
  }
}

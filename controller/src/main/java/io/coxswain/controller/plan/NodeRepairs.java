package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes the repair of a cluster's node a step further: the node without jobs, the machine repaired;
 * then {@link Holds} tests the node and gives it back.
 */
final class NodeRepairs {
  private final World world;
  private final Assignments assignments;
  private final Draft draft;
  private final Holds holds;
  private final Instant now;
  private final Partings partings;

  NodeRepairs(World world, Assignments assignments, Draft draft, Holds holds, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.draft = draft;
    this.holds = holds;
    this.now = now;
    this.partings = new Partings(world, draft, now);
  }

  /** Says whether a repair has the node, so that nobody else decides of its hold. */
  boolean has(Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    return view != null
        && !worker.isJumphost()
        && view.machine()
            .care()
            .repair()
            .filter(wish -> wish.work().needsIdleNode())
            .map(repair -> has(worker, view, repair))
            .orElse(false);
  }

  /** Whether the worker is on its way out of its cluster. */
  boolean isLeaving(Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    return view != null
        && view.machine()
            .care()
            .repair()
            .filter(wish -> wish.work().kind() == Repair.Kind.LEAVE && !wish.isEnded())
            .isPresent();
  }

  private boolean has(Instance worker, MachineView view, Repair repair) {
    return switch (repair.state()) {
      case ASKED -> {
        ready(worker, view.machine(), repair);
        yield true;
      }
      case UNDER_WAY -> {
        if (repair.work().partsFromCluster()) {
          keep(worker, repair);
          leave(worker, view, repair);
        } else {
          keep(worker, repair);
          RepairEnd.of(assignments, view, now)
              .ifPresent(ended -> conclude(worker, view.machine(), ended));
        }
        yield true;
      }
      case LEAVING -> {
        vacate(worker, view.machine(), repair);
        yield true;
      }
      // Whether what was before comes back is decided for the whole roll.
      case FAILED -> repair.work().isOfRoll();
      case LEFT, DONE -> false;
    };
  }

  /** Keeps new jobs away and waits for those that run. */
  private void ready(Instance worker, Machine machine, Repair repair) {
    boolean isMute = repair.work().partsFromCluster() && partings.isMute(worker, repair);
    if (holds.isEmptied(worker, Hold.forRepair(repair, now))
        || (isMute && repair.work().isForced())) {
      RepairEnd.begin(draft, machine, repair, now);
      if (repair.work().kind() == Repair.Kind.LEAVE) {
        draft.happen(worker, InstanceEvent.DESTROY, "it leaves the cluster, for " + repair.by());
      }
    } else if (isMute) {
      partings.giveUp(worker, machine, repair);
    }
  }

  /** One that was set up anew meanwhile has no hold, and must not have jobs under a repair. */
  private void keep(Instance worker, Repair repair) {
    if (worker.state() == InstanceState.RUNNING && worker.hold().isEmpty()) {
      holds.lay(worker, Hold.forRepair(repair, now));
    } else if (worker.hold().filter(Hold::isRetesting).isPresent()) {
      draft.put(worker.held(worker.hold().map(Hold::beforeTest)));
    }
  }

  private void conclude(Instance worker, Machine machine, Repair ended) {
    draft.put(machine.with(machine.care().with(ended)));
    RepairEnd.note(draft, machine, ended);
    if (!ended.isEnded()) {
      return;
    }
    boolean isLeftAsItIs = ended.state() == Repair.State.FAILED && ended.work().isOfRoll();
    if (!isLeftAsItIs) {
      Instant reported = holds.judged(worker).map(MachineFacts::at).orElse(now);
      Instance current = draft.current(worker);
      draft.put(current.held(current.hold().map(hold -> hold.repaired(reported, now))));
    }
  }

  /** Waits for the machine to be clean, as far as it can be. */
  private void leave(Instance worker, MachineView view, Repair repair) {
    Optional<GroupOutcome> clean = assignments.outcome(worker, GroupNames.clean(worker.cluster()));
    boolean isClean = clean.filter(told -> told.state() == GroupOutcome.State.DONE).isPresent();
    boolean isGivenUp = clean.filter(told -> told.isGivenUp(Limits.ATTEMPTS)).isPresent();
    boolean isSilent = repair.work().isForced() && isSilent(view, repair);
    if (isClean || isGivenUp || isSilent) {
      String left =
          isClean ? "" : isSilent ? "not cleaned: its agent was silent" : "could not be cleaned";
      Machine machine = view.machine();
      draft.put(machine.with(machine.care().with(repair.in(Repair.State.LEAVING, left))));
      draft.note(machine, "LEAVING", "its node is taken out of Slurm");
    }
  }

  // Just after a start of the controller nobody has been heard.
  private boolean isSilent(MachineView view, Repair repair) {
    return !view.seen().isConnected()
        && view.seen().link(now) == LinkState.LOST
        && repair.askedAt().plus(Limits.PENDING).isBefore(now);
  }

  /** Frees the slot once Slurm has forgotten the node. */
  private void vacate(Instance worker, Machine machine, Repair repair) {
    boolean isGone =
        !world.isServing(worker.cluster())
            || partings.isMute(worker, repair)
            || world
                .jumphost(worker.cluster())
                .map(
                    jumphost ->
                        assignments.isDone(
                            jumphost, GroupNames.gone(worker.cluster(), worker.name())))
                .orElse(false);
    if (!isGone) {
      return;
    }
    if (repair.work().kind() == Repair.Kind.LEAVE) {
      end(worker, machine, repair);
    } else {
      free(worker, machine, repair);
    }
  }

  /** The slot ends. A machine that could not be cleaned is kept out of the pool. */
  private void end(Instance worker, Machine machine, Repair repair) {
    if (!repair.message().isEmpty()) {
      String why = "left " + worker.name() + "; " + repair.message();
      draft.put(
          machine
              .quarantined(why)
              .with(machine.care().with(repair.in(Repair.State.LEFT, repair.message()))));
      draft.put(worker.leasing(""));
    }
    draft.happen(worker, InstanceEvent.CLEANED, machine.name() + " has left the cluster");
    draft.remove(worker);
  }

  /** The slot waits for another machine. */
  private void free(Instance worker, Machine machine, Repair repair) {
    String why =
        "replaced in "
            + worker.name()
            + worker.hold().map(hold -> " for " + hold.check()).orElse("")
            + ", asked for by "
            + repair.by();
    boolean isClean = repair.message().isEmpty();
    draft.put(
        machine
            .quarantined(isClean ? why : why + "; " + repair.message())
            .with(
                isClean
                    ? machine.care().withoutRepair()
                    : machine.care().with(repair.in(Repair.State.LEFT, repair.message()))));
    if (worker.isElastic()) {
      // The next job that wants it brings another machine.
      draft.note(worker, InstanceEvent.REPLACED.name(), machine.name() + " " + why);
      draft.put(Elastics.asleep(worker, now, slot -> Optional.empty()));
      return;
    }
    draft.happen(worker, InstanceEvent.REPLACED, machine.name() + " " + why);
    draft.put(draft.current(worker).leasing(""));
  }
}

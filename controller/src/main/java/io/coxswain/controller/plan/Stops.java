package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.PowerDeed;
import java.time.Instant;
import java.util.Optional;

/**
 * Stops and starts a cluster's workers. A stop: the node without jobs, the machine shut down by its
 * own agent, its power read back. A start: the machine on, its agent heard, the node proven.
 */
final class Stops {
  private final World world;
  private final Assignments assignments;
  private final Draft draft;
  private final Holds holds;
  private final Instant now;

  Stops(World world, Assignments assignments, Draft draft, Holds holds, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.draft = draft;
    this.holds = holds;
    this.now = now;
  }

  /** Takes the order on a worker further; says whether it has the node's hold. */
  boolean has(Instance worker) {
    Optional<PowerView> order =
        world.power().stream()
            .filter(view -> view.order().instance().equals(worker.name()))
            .filter(view -> !view.order().isEnded())
            .findFirst();
    order.ifPresent(view -> advance(worker, view));
    return order.filter(view -> view.order().deed() == PowerDeed.AWAIT_OFF).isPresent()
        && worker.state() == InstanceState.RUNNING;
  }

  private void advance(Instance worker, PowerView view) {
    boolean isStop = view.order().deed() == PowerDeed.AWAIT_OFF;
    boolean isRight =
        switch (view.order().state()) {
          case ASKED, UNDER_WAY, BOOTING ->
              worker.state() == (isStop ? InstanceState.RUNNING : InstanceState.STOPPED);
          case PROVING, ENDED -> true;
        };
    if (!isRight) {
      end(view, Operation.State.CANCELLED, worker.name() + " is " + worker.state() + " meanwhile");
      return;
    }
    switch (view.order().state()) {
      case ASKED -> empty(worker, view);
      case UNDER_WAY -> {
        if (isStop) {
          shutDown(worker, view);
        } else {
          switchOn(view);
        }
      }
      case BOOTING -> boot(worker, view);
      case PROVING -> prove(worker, view);
      case ENDED -> {}
    }
  }

  /** Keeps new jobs away and waits for those that run. */
  private void empty(Instance worker, PowerView view) {
    PowerOrder order = view.order();
    Hold hold =
        new Hold(
            "stop",
            "",
            Verdict.Action.NONE,
            "asked for by " + order.by(),
            now,
            Instant.EPOCH,
            false);
    if (holds.isEmptied(worker, hold)) {
      draft.put(order.in(PowerOrder.State.UNDER_WAY, now));
      draft.note(worker, "STOPPING", "it has no jobs; its machine is shut down");
    }
  }

  private void shutDown(Instance worker, PowerView view) {
    PowerOrder order = view.order();
    Optional<GroupOutcome> own =
        assignments.outcome(order.machineId(), GroupNames.powerOff(order.operation()));
    Optional<GroupOutcome> failed = own.filter(told -> told.isGivenUp(Limits.ATTEMPTS));
    if (failed.isPresent()) {
      String why = failed.get().failure().map(GroupOutcome.Failure::message).orElse("");
      stay(worker, view, draft.machineName(worker) + ": " + why);
    } else if (!order.jumphostId().isEmpty()) {
      PowerEnd.of(world, assignments, view, now)
          .ifPresent(
              end -> {
                if (end.isDone()) {
                  stop(worker, view, end.power());
                } else {
                  stay(worker, view, end.message());
                }
              });
    } else if (own.isPresent() && isSilent(order)) {
      stop(worker, view, "unknown");
    } else if (isOverdue(order)) {
      stay(worker, view, draft.machineName(worker) + " did not go down");
    }
  }

  // It was told, and has fallen silent since; nothing else says that it is off.
  private boolean isSilent(PowerOrder order) {
    MachineView machine = world.machines().get(order.machineId());
    return machine == null
        || (machine.seen().link(now) == LinkState.LOST
            && machine.seen().lastSeen().isAfter(order.since()));
  }

  private boolean isOverdue(PowerOrder order) {
    return !now.isBefore(order.since().plus(PowerEnd.LONGEST));
  }

  private void stop(Instance worker, PowerView view, String power) {
    String machine = draft.machineName(worker);
    String told =
        power.equals("unknown")
            ? machine + " fell silent after its shutdown; nothing reads its power back"
            : PowerDecision.told(view, machine, power);
    draft.happen(worker, InstanceEvent.STOP, told);
    end(
        new PowerView(view.order().reading(power), view.bmc(), view.password(), view.trouble()),
        Operation.State.SUCCEEDED,
        told + "; start it: cox instance start " + worker.name());
  }

  /** It could not be stopped: tested, and given back to jobs. */
  private void stay(Instance worker, PowerView view, String why) {
    Instant reported = holds.judged(worker).map(MachineFacts::at).orElse(now);
    Instance current = draft.current(worker);
    draft.put(current.held(current.hold().map(hold -> hold.repaired(reported, now))));
    draft.note(worker, "STOP_FAILED", why);
    end(view, Operation.State.FAILED, why);
  }

  private void switchOn(PowerView view) {
    PowerEnd.of(world, assignments, view, now)
        .ifPresent(
            end -> {
              if (end.isDone()) {
                draft.put(view.order().reading(end.power()).in(PowerOrder.State.BOOTING, now));
              } else {
                end(view, Operation.State.FAILED, end.message());
              }
            });
  }

  private void boot(Instance worker, PowerView view) {
    PowerOrder order = view.order();
    MachineView machine = world.machines().get(order.machineId());
    String name = draft.machineName(worker);
    boolean isHeard =
        machine != null
            && machine.seen().isConnected()
            && machine.seen().link(now) == LinkState.CONNECTED
            && machine.seen().lastSeen().isAfter(order.askedAt());
    if (isHeard) {
      draft.happen(worker, InstanceEvent.START, name + " is up");
      // What its agent told before it was off does not count.
      draft.put(draft.current(worker).retried());
      draft.put(order.in(PowerOrder.State.PROVING, now));
    } else if (!now.isBefore(order.since().plus(Limits.SILENCE))) {
      end(
          view,
          Operation.State.FAILED,
          "the agent of "
              + name
              + " was not heard within "
              + Limits.SILENCE.toMinutes()
              + " minutes; look at its console");
    }
  }

  private void prove(Instance worker, PowerView view) {
    switch (worker.state()) {
      case RUNNING ->
          end(view, Operation.State.SUCCEEDED, worker.name() + " is RUNNING and takes jobs");
      case FAILED ->
          end(
              view,
              Operation.State.FAILED,
              worker.name()
                  + ": "
                  + worker.failure().map(GroupOutcome.Failure::message).orElse("failed"));
      case PENDING, PROVISIONING, CONFIGURING, CONTAINER_CREATING -> {}
      case STOPPED, DESTROYING, DESTROYED ->
          end(view, Operation.State.CANCELLED, worker.name() + " is " + worker.state());
    }
  }

  private void end(PowerView view, Operation.State state, String message) {
    draft.put(view.order().in(PowerOrder.State.ENDED, now));
    world.operations().stream()
        .filter(operation -> operation.id().equals(view.order().operation()))
        .findFirst()
        .ifPresent(operation -> draft.put(operation.ended(state, now, message)));
  }
}

package io.coxswain.controller.plan;

import static io.coxswain.controller.lifecycle.InstanceState.STOPPED;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.slurm.SlurmNodeState;
import io.coxswain.controller.spec.ClusterId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Elastic slots: given a machine while their cluster's slurmctld powers their node up, and freed of
 * it when it powers the node down. What slurmctld says of the node is the request; nobody has to
 * remember another one.
 */
final class Elastics {
  /**
   * A slot whose machine could not be set up is left alone for so long: the next try would most
   * likely fail in the same way, and take a machine from others.
   */
  static final Duration REST = Duration.ofMinutes(10);

  static final String NO_CAPACITY = "NO_CAPACITY";

  private final World world;
  private final Cluster cluster;
  private final Assignments assignments;
  private final Draft draft;
  private final Instant now;
  private final Map<String, SlurmNodeState> nodes;

  Elastics(World world, Cluster cluster, Assignments assignments, Draft draft, Instant now) {
    this.world = world;
    this.cluster = cluster;
    this.assignments = assignments;
    this.draft = draft;
    this.now = now;
    this.nodes = nodes(world, cluster.spec().id());
  }

  /** By name; empty where slurmctld cannot be asked. */
  private static Map<String, SlurmNodeState> nodes(World world, ClusterId id) {
    return world
        .jumphost(id)
        .map(jumphost -> world.machines().get(jumphost.machineId()))
        .flatMap(view -> view.seen().facts())
        .flatMap(facts -> facts.slurmCluster(id.value()))
        .filter(MachineFacts.SlurmCluster::isReachable)
        .map(
            slurm ->
                slurm.nodes().stream()
                    .collect(
                        Collectors.toUnmodifiableMap(
                            MachineFacts.SlurmCluster.Node::name,
                            node -> SlurmNodeState.parse(node.state()),
                            (one, other) -> other)))
        .orElse(Map.of());
  }

  /** Why no machine is given to the slot now; empty of one that may have one. */
  static Optional<String> closed(Instance slot) {
    return slot.isAsleep() ? slot.failure().map(GroupOutcome.Failure::message) : Optional.empty();
  }

  /** Takes a slot further; says whether nothing else is to be decided of it. */
  boolean has(Instance slot) {
    Optional<SlurmNodeState> node = Optional.ofNullable(nodes.get(slot.name()));
    return switch (slot.state()) {
      case STOPPED -> {
        if (slot.isAsleep()) {
          wake(slot, node);
        }
        yield slot.isAsleep();
      }
      case CONFIGURING -> {
        node.filter(SlurmNodeState::isReady).ifPresent(state -> serve(slot));
        yield draft.current(slot).state() != slot.state();
      }
      case RUNNING -> {
        // Powered up again, it was powered down while nobody looked: its slurmd joins anew.
        node.filter(state -> state.isGivenBack() || state.isWanted())
            .filter(state -> isFree(slot))
            .ifPresent(state -> draft.happen(slot, InstanceEvent.DESTROY, "no job wants its node"));
        yield draft.current(slot).state() != slot.state();
      }
      case FAILED -> {
        if (isCleanable(slot) && isFree(slot)) {
          draft.happen(slot, InstanceEvent.DESTROY, "its machine is given back");
          // The reason outlives the machine: it says why the slot rests.
          draft.put(draft.current(slot).because(slot.failure()));
        }
        yield draft.current(slot).state() != slot.state();
      }
      case PENDING, PROVISIONING, CONTAINER_CREATING, DESTROYING, DESTROYED -> false;
    };
  }

  private void wake(Instance slot, Optional<SlurmNodeState> node) {
    if (slot.failure().isPresent()) {
      reopen(slot, slot.failure().get());
    } else if (node.filter(SlurmNodeState::isWanted).isPresent()) {
      draft.happen(slot, InstanceEvent.WANTED, "jobs wait for its node");
    }
  }

  private void reopen(Instance slot, GroupOutcome.Failure failure) {
    boolean isOver =
        failure.reason().equals(NO_CAPACITY)
            ? isThereAMachine(slot)
            : !now.isBefore(slot.since().plus(REST));
    if (isOver) {
      draft.put(slot.because(Optional.empty()));
      draft.note(slot, "REOPENED", "jobs may have it again");
    }
  }

  private boolean isThereAMachine(Instance slot) {
    return Planner.place(
            Planner.Wish.of(cluster.spec().poolOf(slot.pool())),
            List.of(slot.name()),
            List.copyOf(world.machines().values()),
            now)
        .isComplete();
  }

  /** Its slurmd has registered, and the jobs that wait for it start. */
  private void serve(Instance slot) {
    if (assignments.isDone(slot, GroupNames.node(slot.cluster()))) {
      draft.happen(slot, InstanceEvent.CONFIGURED, "its node has registered");
    }
  }

  /** Whether nobody else has something to do with its machine. */
  private boolean isFree(Instance slot) {
    MachineView view = world.machines().get(slot.machineId());
    boolean isRepaired =
        view != null && view.machine().care().repair().filter(wish -> !wish.isEnded()).isPresent();
    boolean isSwitched =
        world.power().stream()
            .map(PowerView::order)
            .anyMatch(order -> order.instance().equals(slot.name()) && !order.isEnded());
    return !isRepaired && !isSwitched && slot.hold().filter(hold -> !hold.isRetesting()).isEmpty();
  }

  // One that could not be cleaned keeps its machine, for somebody to look at.
  private boolean isCleanable(Instance slot) {
    MachineView view = world.machines().get(slot.machineId());
    return view != null && !view.machine().isQuarantined();
  }

  /** No machine is there, or its machine was given back: it waits for jobs again. */
  static Instance asleep(
      Instance slot, Instant now, Function<Instance, Optional<GroupOutcome.Failure>> why) {
    return Instance.slot(slot.cluster(), slot.index(), slot.pool(), now)
        .settled(slot.settled().promised())
        .because(why.apply(slot))
        .in(STOPPED, now, Optional.empty());
  }
}

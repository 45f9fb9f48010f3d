package io.coxswain.controller.reconcile;

import io.coxswain.controller.access.Vault;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.Assignments;
import io.coxswain.controller.plan.Changes;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.plan.Decision;
import io.coxswain.controller.plan.FleetDecision;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One pass over one cluster: decide, commit, send. Invariants:
 *
 * <ul>
 *   <li>The state of an instance, the assignment that follows from it and its events are committed
 *       together.
 *   <li>Nothing is sent before it is committed; what was sent and not taken is sent again.
 *   <li>A pass may be cut short anywhere and run again.
 * </ul>
 */
public final class Reconciler {
  private static final Duration RESEND_AFTER = Duration.ofSeconds(5);

  /**
   * A decision may enable the next; more in a row than there are states would be a mistake in the
   * rules.
   */
  private static final int DECISIONS_A_PASS = 12;

  private final Store store;
  private final Worlds worlds;
  private final Agents agents;
  private final ClusterSteps steps;
  private final InstantSource clock;
  private final RepairPolicy policy;
  private final Map<String, Sent> sent = new ConcurrentHashMap<>();

  /** At a site that lets nothing be repaired by itself. */
  public Reconciler(
      Store store, Fleet fleet, Agents agents, ClusterSteps steps, InstantSource clock) {
    this(store, fleet, agents, steps, clock, RepairPolicy.OFF);
  }

  public Reconciler(
      Store store,
      Fleet fleet,
      Agents agents,
      ClusterSteps steps,
      InstantSource clock,
      RepairPolicy policy) {
    this(store, new Worlds(fleet), agents, steps, clock, policy);
  }

  /** With what opens the passwords of management controllers. */
  public Reconciler(
      Store store,
      Fleet fleet,
      Agents agents,
      ClusterSteps steps,
      InstantSource clock,
      RepairPolicy policy,
      Vault vault) {
    this(store, new Worlds(fleet, vault::open), agents, steps, clock, policy);
  }

  private Reconciler(
      Store store,
      Worlds worlds,
      Agents agents,
      ClusterSteps steps,
      InstantSource clock,
      RepairPolicy policy) {
    this.store = store;
    this.worlds = worlds;
    this.agents = agents;
    this.steps = steps;
    this.clock = clock;
    this.policy = policy;
  }

  /** Brings the cluster as far as it can go now, then sends what is due. */
  public void pass(ClusterId id) {
    pass(
        Optional.of(id), (world, assignments, now) -> Decision.decide(world, id, assignments, now));
  }

  /** The same for machines as such, whoever leases them. */
  public void passFleet() {
    pass(
        Optional.empty(),
        (world, assignments, now) -> FleetDecision.decide(world, assignments, policy, now));
  }

  private void pass(Optional<ClusterId> cluster, Decider decider) {
    for (int i = 0; i < DECISIONS_A_PASS && isDue(cluster, decider); i++) {
      store.write(
          tx -> {
            commit(tx, cluster, decider);
            return true;
          });
    }
    deliver();
  }

  /** A pure decision over a world. */
  private interface Decider {
    Changes decide(World world, Assignments assignments, Instant now);
  }

  /** Sends their newest assignment to all connected agents that hold an older one. */
  public void deliver() {
    Instant now = clock.instant();
    List<Outgoing> outgoing = store.read(tx -> outgoing(worlds.load(tx)));
    for (Outgoing message : outgoing) {
      Sent next = new Sent(message.assignment().generation(), now);
      Sent last = sent.get(message.machineId());
      if (last == null || last.isSuperseded(next)) {
        sent.put(message.machineId(), next);
        agents.send(message.machineId(), message.assignment());
      }
    }
  }

  /** Forgets what was sent to a machine: its agent has just connected. */
  public void connected(String machineId) {
    sent.remove(machineId);
  }

  private boolean isDue(Optional<ClusterId> cluster, Decider decider) {
    return store.read(
        tx -> {
          World world = worlds.load(tx);
          Assignments assignments = new Assignments(world, steps);
          return !decider.decide(world, assignments, clock.instant()).isEmpty()
              || cluster
                  .map(id -> new TestEnds(world, assignments, clock.instant()).isDue(id))
                  .orElse(false)
              || cluster
                  .map(id -> new VolumeEnds(world, assignments, clock.instant()).isDue(id))
                  .orElse(false)
              || !stale(world, assignments).isEmpty();
        });
  }

  private void commit(Transaction tx, Optional<ClusterId> cluster, Decider decider) {
    Instant now = clock.instant();
    World world = worlds.load(tx);
    Changes changes = decider.decide(world, new Assignments(world, steps), now);
    changes.instances().forEach(tx::save);
    changes.removed().forEach(tx::removeInstance);
    changes.machines().forEach(tx::save);
    changes.operations().forEach(tx::save);
    changes.rolls().forEach(tx::save);
    changes.power().forEach(tx::save);
    changes.cluster().ifPresent(tx::save);
    for (Changes.Happening happening : changes.happenings()) {
      tx.append(
          Event.of(
              now,
              happening.cluster(),
              happening.instance(),
              happening.machine(),
              happening.kind(),
              happening.message()));
    }
    cluster.ifPresent(id -> new TestEnds(world, new Assignments(world, steps), now).settle(tx, id));
    cluster.ifPresent(
        id -> new VolumeEnds(world, new Assignments(world, steps), now).settle(tx, id));
    World after = worlds.load(tx);
    Assignments assignments = new Assignments(after, steps);
    for (MachineView view : stale(after, assignments)) {
      Machine machine = view.machine();
      long next = Math.max(machine.generation(), view.seen().generation()) + 1;
      tx.save(machine.assigned(next, assignments.digest(machine.id())));
    }
  }

  /**
   * Machines whose assignment is no longer what it should be. One that never had any needs none. An
   * agent that holds a newer generation than we ever sent, from before its record was removed or an
   * older database brought back, would refuse all that is not newer still.
   */
  private static List<MachineView> stale(World world, Assignments assignments) {
    List<MachineView> stale = new ArrayList<>();
    for (MachineView view : world.machines().values()) {
      Machine machine = view.machine();
      boolean isUntouched =
          machine.generation() == 0
              && view.leases().isEmpty()
              && assignments.groups(machine.id()).isEmpty();
      boolean isAhead = view.seen().generation() > machine.generation();
      boolean isSame = machine.assignmentDigest().equals(assignments.digest(machine.id()));
      if (!isUntouched && (isAhead || !isSame)) {
        stale.add(view);
      }
    }
    return stale;
  }

  private List<Outgoing> outgoing(World world) {
    Assignments assignments = new Assignments(world, steps);
    List<Outgoing> outgoing = new ArrayList<>();
    for (MachineView view : world.machines().values()) {
      Machine machine = view.machine();
      boolean isBehind =
          view.seen().isConnected()
              && view.seen().generation() < machine.generation()
              && !machine.isRevoked();
      // A digest that differs belongs to a change that is not committed yet: its own pass will send
      // it.
      if (isBehind && machine.assignmentDigest().equals(assignments.digest(machine.id()))) {
        outgoing.add(
            new Outgoing(
                machine.id(),
                new Assignment(machine.generation(), assignments.groups(machine.id()))));
      }
    }
    return outgoing;
  }

  private record Outgoing(String machineId, Assignment assignment) {}

  private record Sent(long generation, Instant at) {
    boolean isSuperseded(Sent next) {
      return generation != next.generation || !next.at.isBefore(at.plus(RESEND_AFTER));
    }
  }
}

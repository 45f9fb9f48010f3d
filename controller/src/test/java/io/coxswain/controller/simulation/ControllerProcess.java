package io.coxswain.controller.simulation;

import io.coxswain.agent.host.Crash;
import io.coxswain.controller.api.link.GrpcAgents;
import io.coxswain.controller.api.link.Reception;
import io.coxswain.controller.api.link.SimulatedCall;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.reconcile.Agents;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.Reconciler;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The controller's process: it dies with all that it has in memory, and comes back to the store
 * that outlives it.
 */
final class ControllerProcess {
  static final String NAME = "controller";

  // Looked at less often than by the product, for speed alone: what is due, is due later too.
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(4);
  private static final Duration LONGEST_REST = Duration.ofSeconds(20);
  private static final Duration SLOWEST_WAKE = Duration.ofMillis(120);
  private static final Duration BREATH = Duration.ofMillis(1);

  private final Timeline timeline;
  private final Faults faults;
  private final Store store;
  private final List<Connection> connections = new ArrayList<>();
  private final Map<ClusterId, Instant> due = new HashMap<>();
  private @Nullable Memory memory;
  private int life;

  /** What is gone when it dies. */
  private record Memory(
      Reconciler reconciler, Intents intents, GrpcAgents agents, Reception reception) {}

  ControllerProcess(Timeline timeline, Faults faults, Store store, Oracle oracle) {
    this.timeline = timeline;
    this.faults = faults;
    this.store = new WatchedStore(store, point -> faults.point(NAME, point), oracle::committed);
  }

  int life() {
    return life;
  }

  boolean isAlive() {
    return memory != null;
  }

  void boot() {
    if (isAlive()) {
      return;
    }
    life++;
    timeline.trace(NAME, "starts");
    Fleet fleet = new Fleet();
    GrpcAgents agents = new GrpcAgents();
    Reconciler reconciler =
        new Reconciler(
            store,
            fleet,
            new PointedAgents(agents),
            new ClusterSteps(
                "int main(void) { return 0; }\n",
                "int main(void) { return 0; }\n",
                "int main(void) { return 0; }\n"),
            timeline.clock());
    Intents intents = new Intents(store, fleet, timeline.clock(), timeline.random(), this::wakeFor);
    Reception reception =
        new Reception(store, fleet, timeline.clock(), reconciler::connected, this::wakeMachine);
    memory = new Memory(reconciler, intents, agents, reception);
    reception.remember();
    store.read(tx -> tx.clusters()).forEach(cluster -> wake(cluster.spec().id()));
  }

  /** Takes a stream. */
  void open(Connection connection) {
    Memory alive = memory;
    if (alive != null) {
      AgentMachine from = connection.agent();
      connection.carried(
          new SimulatedCall(
              from.id(),
              from.address(),
              alive.reception(),
              alive.agents(),
              connection::down,
              connection::endedAbove));
      connections.add(connection);
    }
  }

  /** Lets it do something, if it still is the same process. */
  void run(int ofLife, Runnable deed) {
    if (ofLife == life && isAlive()) {
      try {
        deed.run();
      } catch (Crash e) {
        die(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * What people ask of it. False when it is dead, or died over it: then nobody knows whether it was
   * done.
   */
  boolean ask(Consumer<Intents> request) {
    int before = life;
    Memory alive = memory;
    if (alive != null) {
      run(life, () -> request.accept(alive.intents()));
    }
    return alive != null && before == life && isAlive();
  }

  void die(String point) {
    timeline.trace(NAME, "killed " + point);
    life++;
    memory = null;
    due.clear();
    connections.forEach(
        connection -> connection.cut(timeline.between(BREATH, LONGEST_SLEEP), Duration.ZERO));
    connections.clear();
    timeline.in(timeline.between(Duration.ofMillis(500), Duration.ofSeconds(15)), this::boot);
  }

  private void wakeFor(Optional<ClusterId> cluster) {
    cluster.ifPresentOrElse(this::wake, () -> fleetAt(timeline.now().plus(BREATH)));
  }

  /** Machines as such are looked at as often as a cluster at rest. */
  private void fleetAt(Instant at) {
    int mine = life;
    timeline.at(
        at,
        () ->
            run(
                mine,
                () -> {
                  Memory alive = memory;
                  if (alive != null) {
                    alive.reconciler().passFleet();
                  }
                }));
  }

  private void wake(ClusterId id) {
    Instant known = due.get(id);
    if (known == null || known.isAfter(timeline.now().plus(SLOWEST_WAKE))) {
      wakeAt(id, timeline.now().plus(timeline.between(BREATH, SLOWEST_WAKE)));
    }
  }

  private void wakeAt(ClusterId id, Instant at) {
    Instant known = due.get(id);
    if (known == null || at.isBefore(known)) {
      due.put(id, at);
      int mine = life;
      timeline.at(at, () -> run(mine, () -> turn(id, at)));
    }
  }

  private void turn(ClusterId id, Instant at) {
    Memory alive = memory;
    if (alive == null || !at.equals(due.get(id))) {
      return;
    }
    due.remove(id);
    alive.reconciler().pass(id);
    boolean isGone =
        store.read(
            tx -> tx.cluster(id).map(cluster -> cluster.destroyedAt().isPresent()).orElse(true));
    if (!isGone) {
      boolean isAtRest =
          store.read(tx -> tx.instances(id)).stream()
              .noneMatch(instance -> instance.state().isTransient());
      wakeAt(id, timeline.now().plus(isAtRest ? LONGEST_REST : LONGEST_SLEEP));
    }
  }

  private void wakeMachine(String machineId) {
    Memory alive = memory;
    List<ClusterId> clusters =
        store.read(
            tx ->
                tx.instances().stream()
                    .filter(each -> each.machineId().equals(machineId))
                    .map(Instance::cluster)
                    .distinct()
                    .toList());
    clusters.forEach(this::wake);
    if (clusters.isEmpty() && alive != null) {
      alive.reconciler().deliver();
    }
  }

  /** Sending has two points as well. */
  private final class PointedAgents implements Agents {
    private final GrpcAgents agents;

    PointedAgents(GrpcAgents agents) {
      this.agents = agents;
    }

    @Override
    public void send(String machineId, Assignment assignment) {
      timeline.trace(
          NAME,
          "sends generation "
              + assignment.generation()
              + " to "
              + machineId
              + " "
              + names(assignment));
      faults.point(NAME, "before send to " + machineId);
      agents.send(machineId, assignment);
      faults.point(NAME, "after send to " + machineId);
    }

    private static List<String> names(Assignment assignment) {
      return assignment.groups().stream().map(group -> group.name()).toList();
    }

    @Override
    public void query(String machineId) {
      agents.query(machineId);
    }

    @Override
    public void cutOff(String machineId) {
      agents.cutOff(machineId);
    }
  }
}

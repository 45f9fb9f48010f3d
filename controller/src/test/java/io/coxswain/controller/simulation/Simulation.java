package io.coxswain.controller.simulation;

import io.coxswain.agent.host.FakeFileSystem;
import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.ClusterSpec.Intent;
import io.coxswain.controller.store.MemoryStore;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A room of machines, its controller and its people, from power on to the proof that nothing is
 * left.
 */
final class Simulation {
  // Longer than any deadline of the product.
  private static final Duration PATIENCE = Duration.ofMinutes(60);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int ROUNDS = 3;
  // Held, because loggers that nobody holds forget their level.
  private static final Logger LOG = Logger.getLogger("io.coxswain");

  private final Timeline timeline;
  private final FakeSlurm slurm = new FakeSlurm();
  private final MemoryStore store = new MemoryStore();
  private final Map<String, AgentMachine> machines = new LinkedHashMap<>();
  private final ControllerProcess controller;
  private final Operator operator;
  private final Oracle oracle;
  private boolean isSettled;

  Simulation(Timeline timeline, Faults faults, int workers, boolean sharesHomes) {
    LOG.setLevel(Level.OFF);
    this.timeline = timeline;
    this.oracle = new Oracle(timeline, store, slurm);
    FakeFileSystem homes = new FakeFileSystem(false);
    for (int i = 0; i <= workers; i++) {
      AgentMachine machine = new AgentMachine(timeline, faults, oracle, i, slurm);
      if (sharesHomes) {
        machine.host().files().mount("/home", homes);
      }
      machines.put(machine.id(), machine);
      oracle.watch(machine);
      Instant now = timeline.now();
      store.write(tx -> enrol(tx, machine, now));
    }
    this.controller = new ControllerProcess(timeline, faults, store, oracle);
    this.operator = new Operator(timeline, store, slurm, controller, machines, oracle);
    machines.values().forEach(machine -> machine.dials(controller));
  }

  private static boolean enrol(Transaction tx, AgentMachine machine, Instant now) {
    tx.save(
        new Machine(
            machine.id(),
            machine.name(),
            machine.role(),
            "uuid-" + machine.name(),
            "",
            Map.of(),
            now,
            "01",
            now.plus(Duration.ofDays(365)),
            false,
            "",
            Optional.empty(),
            0,
            ""));
    return true;
  }

  /**
   * A world by a seed: people and troubles for some minutes, then calm; at the end everything must
   * be well, and then gone.
   */
  static Timeline random(long seed, boolean keepsTrace) {
    Timeline timeline = new Timeline(seed, keepsTrace);
    try {
      RandomFaults faults = new RandomFaults(timeline.random().split());
      Simulation simulation =
          new Simulation(timeline, faults, 3 + timeline.random().nextInt(3), timeline.chance(0.5));
      simulation.live(faults);
      simulation.mend();
      simulation.end();
      return timeline;
    } catch (AssertionError | RuntimeException e) {
      throw failure("seed " + seed + " (-Dsimulation.seed=" + seed + ")", timeline, e);
    }
  }

  /** One cluster is made and destroyed; only what the faults do may come between. */
  static Timeline createAndDestroy(OnePoint faults, Intent policy) {
    Timeline timeline = new Timeline(1, false);
    try {
      Simulation simulation = new Simulation(timeline, faults, 2, false);
      simulation.start();
      simulation.timeline.run(Duration.ofSeconds(20), () -> false);
      simulation.operator.create(2);
      simulation.settle("create");
      simulation.demandRunning();
      for (int i = 0; i < ROUNDS; i++) {
        // Refused while nobody knows yet whether there are jobs.
        simulation.destroyAll(policy);
      }
      simulation.demandGone();
      return timeline;
    } catch (AssertionError | RuntimeException e) {
      throw failure("crash", timeline, e);
    }
  }

  /**
   * A job comes between the drains of an end that jobs refuse: the end is refused, the cluster goes
   * on, and another end, once the job is over, ends it.
   */
  static void refuseByJob(LateJob faults) {
    Timeline timeline = new Timeline(1, false);
    try {
      Simulation simulation = new Simulation(timeline, faults, 2, false);
      simulation.start();
      simulation.timeline.run(Duration.ofSeconds(20), () -> false);
      simulation.operator.create(2);
      simulation.settle("create");
      faults.submits(simulation.operator::submit);
      simulation.destroyAll(Intent.DESTROY);
      Oracle.demand(!simulation.jobs().isEmpty(), "no job came between the drains");
      Oracle.demand(
          simulation.ends().getFirst().startsWith("refused: jobs: 1 of c-"),
          "the end ended: " + simulation.ends());
      simulation.demandRunning();
      simulation.demandOpen();
      Oracle.demand(
          simulation.ofLiving(instance -> true).size() == 3, "instances went with a refused end");
      simulation.operator.finishJobs();
      simulation.timeline.run(Duration.ofMinutes(2), () -> false);
      simulation.destroyAll(Intent.DESTROY);
      simulation.demandGone();
    } catch (AssertionError | RuntimeException e) {
      throw failure("job between drains", timeline, e);
    }
  }

  private List<Oracle.RunningJob> jobs() {
    return oracle.jobs();
  }

  private List<String> ends() {
    return store.read(
        tx ->
            tx.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.DESTROY_CLUSTER)
                .map(Operation::message)
                .toList());
  }

  private void destroyAll(Intent policy) {
    operator
        .clusters(cluster -> !cluster.spec().intent().isDestroy())
        .forEach(cluster -> operator.destroy(cluster, policy));
    settle("destroy");
  }

  private static AssertionError failure(String what, Timeline timeline, Throwable cause) {
    return new AssertionError(
        what + ": " + cause + "\n" + String.join("\n", timeline.lastLines()), cause);
  }

  private void start() {
    controller.boot();
    machines
        .values()
        .forEach(
            machine ->
                timeline.in(timeline.between(Duration.ZERO, Duration.ofSeconds(5)), machine::boot));
    look();
  }

  private void live(RandomFaults faults) {
    start();
    Duration time = timeline.between(Duration.ofMinutes(1), Duration.ofMinutes(7));
    Instant end = timeline.now().plus(time);
    Trouble trouble = new Trouble(timeline, faults, controller, List.copyOf(machines.values()));
    if (timeline.chance(0.8)) {
      trouble.begin(timeline.between(Duration.ofSeconds(10), Duration.ofSeconds(90)));
    }
    timeline.in(
        Duration.ofSeconds(15),
        () -> operator.create(1 + timeline.random().nextInt(machines.size() - 1)));
    act(end, timeline.between(Duration.ofSeconds(10), Duration.ofSeconds(60)));
    timeline.run(time, () -> false);
    trouble.end();
  }

  private void act(Instant end, Duration longestPause) {
    timeline.in(
        timeline.between(Duration.ofSeconds(1), longestPause),
        () -> {
          if (timeline.now().isBefore(end)) {
            operator.doSomething();
            act(end, longestPause);
          }
        });
  }

  /** What failed in bad times works in good ones, when somebody asks for it. */
  private void mend() {
    operator.finishJobs();
    settle("the end of all troubles");
    for (int i = 0; i < ROUNDS && !failed().isEmpty(); i++) {
      failed().forEach(operator::retry);
      settle("retry");
    }
    demandRunning();
    demandOpen();
  }

  private List<Instance> failed() {
    return ofLiving(instance -> instance.state() == InstanceState.FAILED);
  }

  private List<Instance> ofLiving(java.util.function.Predicate<Instance> which) {
    return store.read(
        tx ->
            tx.clusters().stream()
                .filter(cluster -> !cluster.spec().intent().isDestroy())
                .flatMap(cluster -> tx.instances(cluster.spec().id()).stream())
                .filter(which)
                .toList());
  }

  /** All that is left goes, and leaves nothing. */
  private void end() {
    operator.submit();
    for (int i = 0; i < ROUNDS; i++) {
      for (Cluster cluster : operator.clusters(cluster -> true)) {
        operator.destroy(cluster, i == 0 ? operator.policy() : Intent.DESTROY_WITH_JOBS);
      }
      settle("destroy");
    }
    demandGone();
  }

  /** Waits until nothing is under way any more. */
  private void settle(String what) {
    isSettled = false;
    // What was asked a moment ago must have begun.
    timeline.run(LOOK.multipliedBy(20), () -> false);
    isSettled = false;
    if (!timeline.run(PATIENCE, () -> isSettled)) {
      throw new AssertionError(
          "not settled " + PATIENCE.toMinutes() + " minutes after " + what + ": " + unsettled());
    }
  }

  private void look() {
    isSettled = controller.isAlive() && unsettled().isEmpty();
    timeline.in(LOOK, this::look);
  }

  private List<String> unsettled() {
    List<String> open = new ArrayList<>();
    store.read(
        tx -> {
          tx.operations().stream()
              .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
              .forEach(operation -> open.add(operation.kind() + " of " + operation.cluster()));
          tx.instances().stream()
              .filter(instance -> instance.state().isTransient() && !waitsForOther(tx, instance))
              .forEach(instance -> open.add(instance.name() + " " + instance.state()));
          tx.instances().stream()
              .filter(instance -> instance.state() == InstanceState.RUNNING)
              .filter(instance -> instance.hold().isPresent())
              .forEach(instance -> open.add(instance.name() + " is held"));
          tx.machines()
              .forEach(
                  machine -> {
                    AgentMachine agent = machines.get(machine.id());
                    if (agent == null
                        || !agent.isWelcome()
                        || agent.generation() != machine.generation()) {
                      open.add(
                          machine.name()
                              + " holds "
                              + (agent == null ? 0 : agent.generation())
                              + " of "
                              + machine.generation());
                    }
                  });
          return true;
        });
    return open;
  }

  // A destroy that failed on the jumphost leaves the workers waiting for somebody to ask again.
  private static boolean waitsForOther(Transaction tx, Instance instance) {
    boolean isAsked =
        tx.operations().stream()
            .anyMatch(o -> o.isOf(instance.cluster()) && o.state() == Operation.State.IN_PROGRESS);
    return instance.state() == InstanceState.DESTROYING && !isAsked;
  }

  private void demandRunning() {
    List<String> wrong =
        ofLiving(instance -> instance.state() != InstanceState.RUNNING && !lacksMachine(instance))
            .stream()
            .map(instance -> instance.name() + " " + instance.state() + " " + instance.failure())
            .toList();
    Oracle.demand(wrong.isEmpty(), "not running in good times: " + wrong);
  }

  /** Neither an end that was refused nor a card that is back leaves a node that takes no jobs. */
  private void demandOpen() {
    List<String> drained =
        ofLiving(instance -> instance.state() == InstanceState.RUNNING).stream()
            .map(instance -> node(instance.cluster().value(), instance.name()))
            .flatMap(Optional::stream)
            .filter(FakeSlurm.Node::isDrained)
            .map(node -> node.name() + " (" + node.reason() + ")")
            .toList();
    Oracle.demand(drained.isEmpty(), "drained in good times: " + drained);
  }

  private Optional<FakeSlurm.Node> node(String cluster, String name) {
    return Optional.ofNullable(slurm.cluster(cluster).nodes().get(name));
  }

  private static boolean lacksMachine(Instance instance) {
    return instance.state() == InstanceState.FAILED && !instance.hasMachine();
  }

  private void demandGone() {
    List<String> left = new ArrayList<>();
    store.read(
        tx -> {
          tx.clusters()
              .forEach(
                  cluster -> {
                    left.add("cluster " + cluster.spec().id());
                    tx.instances(cluster.spec().id())
                        .forEach(
                            each ->
                                left.add(each.name() + " " + each.state() + " " + each.failure()));
                  });
          tx.machines().stream()
              .filter(Machine::isQuarantined)
              .forEach(each -> left.add(each.name() + " quarantined: " + each.quarantine()));
          for (Cluster cluster : tx.clustersEver()) {
            String id = cluster.spec().id().value();
            machines.values().forEach(machine -> leftovers(machine, id, left));
          }
          return true;
        });
    machines.values().stream()
        .filter(machine -> machine.role() == Machine.Role.WORKER)
        .forEach(Cleanliness::demand);
    Oracle.demand(left.isEmpty(), "left at the end: " + left);
  }

  private static void leftovers(AgentMachine machine, String id, List<String> left) {
    machine.host().snapshot().stream()
        .filter(line -> line.contains(id) && !line.startsWith("/home "))
        .forEach(line -> left.add(machine.name() + ": " + line));
  }
}

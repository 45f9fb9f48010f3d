package io.coxswain.controller.reconcile;

import io.coxswain.controller.access.Vault;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.MemoryStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A cluster of two running nodes, m-1 and m-2, on the jumphost m-0, and the free machine m-3.
 * Agents hold what they were last sent and say what a test lets them say.
 */
final class Yard {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  static final ClusterId C = new ClusterId("c-0001");
  private static final String OPTIONS =
      "Feature=c_0001_main Gres=gpu:h200:8 CPUs=64 Boards=1 SocketsPerBoard=2 CoresPerSocket=16"
          + " ThreadsPerCore=2 RealMemory=900000";

  final MemoryStore store = new MemoryStore();
  final Fleet fleet = new Fleet();
  final Map<String, Assignment> held = new HashMap<>();
  final Map<String, List<Verdict>> verdicts = new HashMap<>();

  /** What slurmctld says of its nodes. */
  final Map<String, String> slurm = new HashMap<>();

  final Set<String> silent = new HashSet<>();

  /** Clusters that a test has made besides. */
  final Set<ClusterId> more = new HashSet<>();

  final Intents intents;
  Instant now = NOON;

  /** What a BMC reads when its jumphost's agent has asked it. */
  String power = "on";

  private final Reconciler reconciler;

  Yard(RepairPolicy policy) {
    this(policy, new Vault(Path.of("/nowhere"), new SecureRandom()));
  }

  Yard(RepairPolicy policy, Vault vault) {
    reconciler =
        new Reconciler(
            store,
            fleet,
            new Held(),
            new ClusterSteps("int a;", "int b;", "int c;"),
            () -> now,
            policy,
            vault);
    intents = new Intents(store, fleet, () -> now, new SplittableRandom(1), id -> {});
    store.write(
        tx -> {
          tx.save(machine("m-0", "jumphost", Machine.Role.JUMPHOST));
          tx.save(machine("m-1", "gpu01", Machine.Role.WORKER));
          tx.save(machine("m-2", "gpu02", Machine.Role.WORKER));
          tx.save(machine("m-3", "gpu03", Machine.Role.WORKER));
          tx.save(new Cluster(spec(), new Secret(new byte[1024]), Optional.empty()));
          tx.save(running(Instance.JUMPHOST, "m-0"));
          tx.save(running(0, "m-1"));
          tx.save(running(1, "m-2"));
          return true;
        });
    turn();
  }

  private static Machine machine(String id, String name, Machine.Role role) {
    return new Machine(
        id,
        name,
        role,
        "uuid-" + name,
        "",
        Map.of(),
        NOON,
        "01",
        NOON.plus(Duration.ofDays(365)),
        false,
        "",
        Optional.empty(),
        0,
        "");
  }

  private static ClusterSpec spec() {
    return new ClusterSpec(
        C,
        "train",
        List.of(Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 2, Selector.ANY, List.of())),
        List.of(),
        false,
        20_000,
        6820,
        "jumphost",
        ClusterSpec.Intent.RUN,
        "alice",
        NOON);
  }

  private static Instance running(int index, String machine) {
    boolean isJumphost = index == Instance.JUMPHOST;
    return (isJumphost
            ? Instance.jumphost(C, NOON)
            : Instance.pending(C, index, Nodepool.MAIN, NOON))
        .leasing(machine)
        .settled(
            new Settled(
                "10.0.0.1" + machine.charAt(2),
                true,
                2,
                List.of(0, 1, 2, 3, 4, 5, 6, 7),
                "22.05.8",
                isJumphost ? "" : OPTIONS,
                isJumphost))
        .in(InstanceState.RUNNING, NOON, Optional.empty());
  }

  /** A second goes by: all agents but the silent report, then every loop has its turn. */
  void turn() {
    now = now.plusSeconds(1);
    for (String id : List.of("m-0", "m-1", "m-2", "m-3")) {
      if (silent.contains(id)) {
        fleet.disconnected(id);
      } else {
        fleet.connected(id, assignment(id).generation(), now);
        fleet.reported(id, facts(id), now);
      }
    }
    reconciler.pass(C);
    more.forEach(reconciler::pass);
    reconciler.passFleet();
    reconciler.pass(C);
    more.forEach(reconciler::pass);
  }

  /** The machine's agent has done every group of its assignment that it was not told to fail. */
  void done(String machine) {
    for (Assignment.Group group : groups(machine)) {
      tell(machine, group.name(), GroupOutcome.State.DONE, Optional.empty());
    }
    turn();
  }

  /** The machine's agent has done this group, and has not come to the others. */
  void done(String machine, String group) {
    tell(machine, group, GroupOutcome.State.DONE, Optional.empty());
    turn();
  }

  /** The machine's agent gave this group up. */
  void fail(String machine, String group, String why) {
    GroupOutcome.Failure failure = new GroupOutcome.Failure("CHECK_FAILED", why, List.of(), "");
    tell(machine, group, GroupOutcome.State.FAILED, Optional.of(failure));
    turn();
  }

  /** The machine's agent gave the repair up. */
  void fail(String machine, String why) {
    fail(machine, repairGroup(machine).orElseThrow().name(), "CHECK_FAILED", why);
  }

  /** The machine's agent gave the group up. */
  void fail(String machine, String group, String reason, String why) {
    GroupOutcome.Failure failure = new GroupOutcome.Failure(reason, why, List.of(), "");
    tell(machine, group, GroupOutcome.State.FAILED, Optional.of(failure));
    turn();
  }

  /** The machine's agent works at the group. */
  void begin(String machine, String group) {
    tell(machine, group, GroupOutcome.State.RUNNING, Optional.empty());
    turn();
  }

  /** Jumphost and machine have done all there is, until nothing changes any more. */
  void settle(String machine) {
    for (int i = 0; i < 12; i++) {
      done("m-0");
      done(machine);
    }
  }

  private void tell(
      String machine,
      String group,
      GroupOutcome.State state,
      Optional<GroupOutcome.Failure> failure) {
    fleet.outcome(
        machine,
        new GroupOutcome(
            assignment(machine).generation(),
            group,
            state,
            3,
            0,
            "step",
            1,
            1,
            "",
            Optional.of(now),
            Optional.of(now),
            failure,
            List.of(),
            group.startsWith("power/") ? "power " + power : ""),
        now);
  }

  /** The machine's agent tells of its volume; what was not told is as it was asked. */
  void volume(String machine, String reason, String message) {
    Optional<GroupOutcome.Failure> failure =
        reason.isEmpty()
            ? Optional.empty()
            : Optional.of(new GroupOutcome.Failure(reason, message, List.of(), "look"));
    GroupOutcome.State state =
        failure.isEmpty() ? GroupOutcome.State.DONE : GroupOutcome.State.FAILED;
    for (Assignment.Group group : groups(machine)) {
      if (group.name().contains("/volume")) {
        fleet.outcome(
            machine,
            new GroupOutcome(
                assignment(machine).generation(),
                group.name(),
                state,
                2,
                0,
                "step",
                1,
                1,
                "",
                Optional.of(now),
                Optional.of(now),
                failure,
                List.of(),
                failure.isEmpty() ? message : ""),
            now);
      }
    }
    turn();
  }

  void put(Instance instance) {
    store.write(
        tx -> {
          tx.save(instance);
          return true;
        });
  }

  List<Assignment.Group> groups(String machine) {
    return assignment(machine).groups();
  }

  private Assignment assignment(String machine) {
    return held.getOrDefault(machine, new Assignment(0, List.of()));
  }

  private Optional<Assignment.Group> repairGroup(String machine) {
    return groups(machine).stream().filter(group -> group.name().startsWith("repair/")).findFirst();
  }

  /** What the machine's agent is told of its repair. */
  List<Want> repair(String machine) {
    return repairGroup(machine)
        .map(group -> group.steps().stream().map(Assignment.Step::want).toList())
        .orElse(List.of());
  }

  /** All that the machine's agent is told. */
  List<Want> wants(String machine) {
    return groups(machine).stream()
        .flatMap(group -> group.steps().stream())
        .map(Assignment.Step::want)
        .toList();
  }

  Machine machine(String id) {
    return store.read(tx -> tx.machine(id)).orElseThrow();
  }

  Optional<Repair> care(String id) {
    return machine(id).care().repair();
  }

  Instance node(int index) {
    return store.read(tx -> tx.instance(C.workerInstance(index))).orElseThrow();
  }

  Instance instance(int index) {
    String name = index == Instance.JUMPHOST ? C.jumphostInstance() : C.workerInstance(index);
    return store.read(tx -> tx.instance(name)).orElseThrow();
  }

  List<Instance> instances() {
    return store.read(tx -> tx.instances(C));
  }

  List<Cluster> clusters() {
    return store.read(tx -> tx.clusters());
  }

  List<Operation> operations() {
    return store.read(tx -> tx.operations());
  }

  Operation operation(String id) {
    return store.read(tx -> tx.operation(id)).orElseThrow();
  }

  List<String> events() {
    return store.read(tx -> tx.events(Optional.empty(), 0, 1000)).stream()
        .map(Event::kind)
        .toList();
  }

  private MachineFacts.SlurmCluster slurmctld() {
    return new MachineFacts.SlurmCluster(
        C.value(),
        true,
        "",
        slurm.entrySet().stream()
            .map(
                node ->
                    new MachineFacts.SlurmCluster.Node(
                        node.getKey(), node.getValue(), "", "gpu:h200:8"))
            .toList(),
        List.of());
  }

  private MachineFacts facts(String id) {
    return new MachineFacts(
        now,
        "10.0.0.1" + id.charAt(2),
        id,
        "debian",
        "12",
        1L << 40,
        64,
        new Reading.Known<>(
            new MachineFacts.Gpus("H200", List.of(0, 1, 2, 3, 4, 5, 6, 7), "570.1")),
        8,
        new MachineFacts.Cgroups(2, true),
        Optional.of(new MachineFacts.Slurm("22.05.8", 64, 1, 2, 16, 2, 900_000)),
        "4.1.4",
        true,
        id.equals("m-0") ? List.of(slurmctld()) : List.of(),
        "boot",
        new MachineFacts.Judged(40, verdicts.getOrDefault(id, List.of())),
        Optional.empty());
  }

  /** Agents that keep what they are sent. */
  private final class Held implements Agents {
    @Override
    public void send(String machineId, Assignment assignment) {
      held.put(machineId, assignment);
      fleet.heard(machineId, assignment.generation(), now);
    }

    @Override
    public void query(String machineId) {}

    @Override
    public void cutOff(String machineId) {}
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Nodes that leave a cluster that stays: which may, which should, and the wish that they do. */
final class Departures {
  private final Fleet fleet;
  private final InstantSource clock;
  private final RandomGenerator random;

  Departures(Fleet fleet, InstantSource clock, RandomGenerator random) {
    this.fleet = fleet;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Those whose going costs least: first what has no machine or failed, then nodes without jobs,
   * then the highest index.
   */
  List<String> choose(Transaction tx, Cluster cluster, List<Instance> workers, int count) {
    Set<String> busy = busy(tx, cluster.spec().id());
    List<Instance> able =
        workers.stream()
            .filter(worker -> obstacle(tx, worker, false).isEmpty())
            .sorted(
                Comparator.comparingInt((Instance worker) -> cost(worker, busy))
                    .thenComparing(Comparator.comparingInt(Instance::index).reversed()))
            .toList();
    if (able.size() < count) {
      String why =
          workers.stream()
              .flatMap(worker -> obstacle(tx, worker, false).stream())
              .collect(Collectors.joining("; "));
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          cluster.spec().name(),
          count + " nodes would have to leave, and " + able.size() + " can: " + why,
          "cox why " + cluster.spec().name());
    }
    return able.stream().limit(count).map(Instance::name).toList();
  }

  private static int cost(Instance worker, Set<String> busy) {
    if (!worker.hasMachine()) {
      return 0;
    }
    if (worker.state() == InstanceState.FAILED) {
      return 1;
    }
    return busy.contains(worker.name()) ? 3 : 2;
  }

  private Set<String> busy(Transaction tx, ClusterId id) {
    return tx.instances(id).stream()
        .filter(Instance::isJumphost)
        .findFirst()
        .flatMap(jumphost -> fleet.seen(jumphost.machineId()).facts())
        .flatMap((MachineFacts facts) -> facts.slurmCluster(id.value()))
        .map(slurm -> slurm.jobs().stream().flatMap(job -> job.nodes().stream()))
        .map(nodes -> nodes.collect(Collectors.toUnmodifiableSet()))
        .orElse(Set.of());
  }

  /** Why the worker cannot leave now; empty when it can. */
  private Optional<String> obstacle(Transaction tx, Instance worker, boolean isForced) {
    if (!worker.hasMachine()) {
      return Optional.empty();
    }
    if (Lookup.isBesideJumphost(tx, worker)) {
      return Optional.of(worker.name() + " runs the cluster's slurmctld");
    }
    Machine machine = Lookup.machine(tx, worker.machineId());
    Optional<Repair> repair = machine.care().repair().filter(wish -> !wish.isEnded());
    if (repair.isPresent()) {
      return Optional.of(
          worker.name() + ": its machine is being repaired: " + repair.get().work().words());
    }
    boolean isInPlace =
        worker.state() == InstanceState.RUNNING || worker.state() == InstanceState.FAILED;
    if (!isInPlace) {
      return Optional.of(
          worker.name() + " is " + worker.state() + " (expected: RUNNING or FAILED)");
    }
    return fleet.seen(machine.id()).isConnected() || isForced
        ? Optional.empty()
        : Optional.of(
            worker.name() + ": " + machine.name() + " does not answer, so it cannot be cleaned");
  }

  Operation remove(Transaction tx, Instance worker, boolean isForced, String by, String requestId) {
    Cluster cluster = Lookup.cluster(tx, worker.cluster().value());
    requireNode(tx, worker, cluster);
    Optional<Operation> leaving = leavingAlready(tx, worker, isForced);
    if (leaving.isPresent()) {
      return leaving.get();
    }
    Scaling.requireQuiet(tx, cluster);
    Nodepool pool = cluster.spec().poolOf(worker.pool());
    int size = sizeWithout(tx, worker, cluster.spec());
    requireAble(tx, worker, isForced);
    tx.save(cluster.with(cluster.spec().with(pool.withSize(size))));
    leave(tx, worker, isForced, by);
    Operation operation =
        new Operation(
            Creation.operationId(random),
            Operation.Kind.REMOVE_INSTANCE,
            Operation.State.IN_PROGRESS,
            Optional.of(worker.cluster()),
            requestId,
            clock.instant(),
            Optional.empty(),
            "");
    tx.save(operation);
    return operation;
  }

  /** How many nodes its nodepool always has without it; refuses where it must stay. */
  private static int sizeWithout(Transaction tx, Instance worker, ClusterSpec spec) {
    Nodepool pool = spec.poolOf(worker.pool());
    if (worker.isElastic()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          worker.name(),
          worker.name()
              + " is an elastic slot of nodepool "
              + pool.name()
              + ": it leaves when idle",
          "cox nodepool edit %s %s --max %d takes one away"
              .formatted(spec.name(), pool.name(), Math.max(1, pool.max() - 1)));
    }
    int size = Scaling.always(tx, worker.cluster(), pool).size() - 1;
    if (size < 1 && !pool.isElastic()) {
      boolean isOnly = spec.pools().size() == 1;
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          worker.name(),
          worker.name()
              + " is the last node of "
              + (isOnly ? "cluster " + spec.name() : "nodepool " + pool.name()),
          isOnly
              ? "cox cluster destroy " + spec.name()
              : "cox nodepool delete " + spec.name() + " " + pool.name());
    }
    return size;
  }

  /** Without what runs slurmctld there is no cluster. */
  private static void requireNode(Transaction tx, Instance worker, Cluster cluster) {
    boolean isBeside = Lookup.isBesideJumphost(tx, worker);
    if (worker.isJumphost() || isBeside) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          worker.name(),
          worker.name()
              + (isBeside ? " runs the cluster's slurmctld" : " is the jumphost")
              + ": its cluster ends with it",
          "cox cluster destroy " + cluster.spec().name());
    }
  }

  private void requireAble(Transaction tx, Instance worker, boolean isForced) {
    obstacle(tx, worker, isForced)
        .ifPresent(
            why -> {
              throw new RefusedException(
                  Kind.FORBIDDEN_NOW,
                  worker.name(),
                  why,
                  "cox why "
                      + worker.name()
                      + "; one that is switched off leaves by --force and is cleaned when it comes"
                      + " back");
            });
  }

  /** Of one that leaves already and was asked to by force now, the operation that it is part of. */
  private static Optional<Operation> leavingAlready(
      Transaction tx, Instance worker, boolean isForced) {
    if (!isForced || !worker.hasMachine()) {
      return Optional.empty();
    }
    Machine machine = Lookup.machine(tx, worker.machineId());
    Optional<Repair> wish = wish(machine);
    if (wish.isEmpty()) {
      return Optional.empty();
    }
    Repair.Work forced = Repair.Work.leave(worker.cluster(), worker.name(), true);
    tx.save(machine.with(machine.care().with(wish.get().with(forced))));
    return tx.operations().stream()
        .filter(operation -> operation.isOf(worker.cluster()))
        .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
        .filter(operation -> operation.kind().isScaling())
        .findFirst();
  }

  static Optional<Repair> wish(Machine machine) {
    return machine
        .care()
        .repair()
        .filter(wish -> wish.work().kind() == Repair.Kind.LEAVE && !wish.isEnded());
  }

  /** Nodes whose jobs are still awaited stay; what has begun goes on. */
  Operation cancel(Transaction tx, Operation operation, String by) {
    Instant now = clock.instant();
    ClusterId id = operation.cluster().orElseThrow();
    int stay = 0;
    Cluster cluster = Lookup.cluster(tx, id.value());
    ClusterSpec spec = cluster.spec();
    for (Instance worker : Scaling.workers(tx, id)) {
      Optional<Machine> machine =
          tx.machine(worker.machineId())
              .filter(
                  held ->
                      wish(held).filter(wish -> wish.state() == Repair.State.ASKED).isPresent());
      if (machine.isPresent()) {
        stay++;
        Nodepool pool = spec.poolOf(worker.pool());
        spec = spec.with(pool.keeping(worker.isElastic()));
        tx.save(machine.get().with(machine.get().care().withoutRepair()));
        tx.save(worker.held(worker.hold().map(Hold::retesting)));
        tx.append(
            Event.of(now, id.value(), worker.name(), machine.get().name(), "STAYS", "by " + by));
      }
    }
    if (stay == 0) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          operation.id(),
          "operation " + operation.id() + ": no node waits for its jobs to end any more",
          "wait for it: cox operation watch " + operation.id() + "; then scale again");
    }
    tx.save(cluster.with(spec));
    Operation ended =
        operation.ended(Operation.State.CANCELLED, now, "cancelled; " + stay + " stay");
    tx.save(ended);
    return ended;
  }

  /** One without a machine is gone at once. */
  void leave(Transaction tx, Instance worker, boolean isForced, String by) {
    Instant now = clock.instant();
    String machineName = "";
    if (worker.hasMachine()) {
      Machine machine = Lookup.machine(tx, worker.machineId());
      machineName = machine.name();
      String id = "r-" + HexFormat.of().toHexDigits(random.nextLong());
      Repair wish =
          Repair.asked(id, Repair.Work.leave(worker.cluster(), worker.name(), isForced), by, now);
      tx.save(machine.with(machine.care().with(wish)));
    } else {
      tx.removeInstance(worker.name());
    }
    tx.append(
        Event.of(
            now, worker.cluster().value(), worker.name(), machineName, "LEAVE_ASKED", "by " + by));
  }
}

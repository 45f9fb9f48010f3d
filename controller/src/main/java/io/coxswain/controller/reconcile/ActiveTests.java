package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Wishes to test nodes: checked, written down as an operation, then carried out by the loop. */
public final class ActiveTests {
  private final Store store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<ClusterId> wake;
  private final int tolerancePercent;

  public ActiveTests(
      Store store,
      InstantSource clock,
      RandomGenerator random,
      Consumer<ClusterId> wake,
      int tolerancePercent) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
    this.tolerancePercent = tolerancePercent;
  }

  /**
   * What somebody wants.
   *
   * @param cluster name or id
   * @param nodes instances; none: all of the cluster
   */
  public record Wish(String cluster, List<String> nodes, boolean isNewBaseline, String requestId) {
    public Wish {
      nodes = List.copyOf(nodes);
    }
  }

  /** A request id that was seen before returns the operation that it started then. */
  public Operation start(Wish wish) {
    Operation operation = store.write(tx -> start(tx, wish));
    operation.cluster().ifPresent(wake);
    return operation;
  }

  private Operation start(Transaction tx, Wish wish) {
    Optional<Operation> known = tx.operationByRequest(wish.requestId());
    if (known.isPresent()) {
      return known.get();
    }
    ClusterSpec spec = Lookup.cluster(tx, wish.cluster()).spec();
    requireReady(tx, spec);
    List<Instance> asked = asked(tx, spec, wish);
    List<Instance> fit = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (Instance instance : asked) {
      unfit(instance)
          .ifPresentOrElse(
              why -> skipped.add("skipped - " + instance.name() + " - " + why),
              () -> fit.add(instance));
    }
    if (fit.isEmpty()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          spec.id().value(),
          "cluster " + spec.name() + " has no node to test: " + String.join("; ", skipped),
          "cox cluster info " + spec.id());
    }
    // A job has one partition, and what differs in shape is not compared.
    String pool = fit.getFirst().pool();
    fit.stream()
        .filter(instance -> !instance.pool().equals(pool))
        .map(
            instance ->
                "skipped - %s - it is of nodepool %s; ask for a test of those nodes by name"
                    .formatted(instance.name(), instance.pool()))
        .forEach(skipped::add);
    List<String> nodes =
        fit.stream().filter(instance -> instance.pool().equals(pool)).map(Instance::name).toList();
    return begun(tx, spec.id(), wish, nodes, skipped);
  }

  private Operation begun(
      Transaction tx, ClusterId cluster, Wish wish, List<String> fit, List<String> skipped) {
    Instant now = clock.instant();
    Operation operation =
        new Operation(
            Creation.operationId(random),
            Operation.Kind.TEST_NODES,
            Operation.State.IN_PROGRESS,
            Optional.of(cluster),
            wish.requestId(),
            now,
            Optional.empty(),
            "");
    tx.save(operation);
    tx.save(
        new NodeTest(
            operation.id(),
            cluster,
            fit,
            tolerancePercent,
            wish.isNewBaseline(),
            now,
            Optional.empty(),
            String.join("\n", skipped)));
    tx.append(Event.of(now, cluster.value(), "", "", "TEST_ASKED", "of " + String.join(", ", fit)));
    return operation;
  }

  private static void requireReady(Transaction tx, ClusterSpec spec) {
    Optional<NodeTest> open =
        tx.nodeTests().stream().filter(test -> test.cluster().equals(spec.id())).findFirst();
    if (open.isPresent()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          spec.id().value(),
          "cluster " + spec.name() + " is being tested",
          "wait for it: cox operation watch " + open.get().operation());
    }
    boolean isServing =
        tx.instances(spec.id()).stream()
            .anyMatch(instance -> instance.isJumphost() && instance.settled().isServing());
    if (spec.intent().isDestroy() || !isServing) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          spec.id().value(),
          "cluster " + spec.name() + " has no slurmctld that serves (expected: a running cluster)",
          "cox cluster info " + spec.id());
    }
  }

  private static List<Instance> asked(Transaction tx, ClusterSpec spec, Wish wish) {
    List<Instance> workers =
        tx.instances(spec.id()).stream().filter(instance -> !instance.isJumphost()).toList();
    for (String name : wish.nodes()) {
      if (workers.stream().noneMatch(worker -> worker.name().equals(name))) {
        throw new RefusedException(
            Kind.NOT_FOUND,
            name,
            "node '" + name + "': cluster " + spec.name() + " has none of this name",
            "cox instance list --cluster " + spec.id());
      }
    }
    return wish.nodes().isEmpty()
        ? workers
        : workers.stream().filter(worker -> wish.nodes().contains(worker.name())).toList();
  }

  /** Why nothing is run on it; whether jobs run there is for its slurmctld to say. */
  private static Optional<String> unfit(Instance instance) {
    if (instance.state() != InstanceState.RUNNING) {
      return Optional.of("it is " + instance.state());
    }
    return instance.hold().map(Hold::reason).map(reason -> "kept from jobs: " + reason);
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Wishes for more or fewer nodes: checked, written down as an operation, then carried out. */
public final class Scaling {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<Optional<ClusterId>> wake;
  private final Departures departures;

  Scaling(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
    this.departures = new Departures(fleet, clock, random);
  }

  /**
   * What somebody wants.
   *
   * @param cluster name or id
   * @param size nodes that it is to have
   * @param hosts of a cluster that was made of named machines: those that it may have besides
   * @param by who asks
   */
  public record Wish(String cluster, int size, List<String> hosts, String by, String requestId) {
    public Wish {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * What comes of it.
   *
   * @param operation empty of a plan, and where nothing is to be done
   * @param coming machines for new instances, and why others were not taken
   * @param leaving names of the instances that go
   */
  public record Outcome(
      Optional<Operation> operation, Placement coming, List<String> leaving, ClusterId cluster) {
    public Outcome {
      leaving = List.copyOf(leaving);
    }
  }

  /** Says what would be done, and changes nothing. */
  public Outcome plan(Wish wish) {
    return store.read(tx -> look(tx, wish));
  }

  /** A request id that was seen before returns the operation that it started then. */
  public Outcome scale(Wish wish) {
    Outcome outcome =
        store.write(
            tx -> {
              Optional<Operation> known = tx.operationByRequest(wish.requestId());
              return known.isPresent()
                  ? begun(known.get(), Operation.Kind.SCALE_CLUSTER)
                  : write(tx, look(tx, wish), wish);
            });
    wake.accept(Optional.of(outcome.cluster()));
    return outcome;
  }

  /** A node leaves, and its cluster has one less then. The same request id as for scaling. */
  public Operation remove(String name, boolean isForced, String by, String requestId) {
    Operation operation =
        store.write(
            tx -> {
              Optional<Operation> known = tx.operationByRequest(requestId);
              return known.isPresent()
                  ? begun(known.get(), Operation.Kind.REMOVE_INSTANCE).operation().orElseThrow()
                  : departures.remove(tx, Lookup.instance(tx, name), isForced, by, requestId);
            });
    wake.accept(operation.cluster());
    return operation;
  }

  Operation cancel(Transaction tx, Operation operation, String by) {
    return departures.cancel(tx, operation, by);
  }

  private static Outcome begun(Operation known, Operation.Kind kind) {
    if (known.kind() != kind) {
      throw new InvalidSpecException(
          "request_id",
          "request id: %s (expected: one of its own; it began operation %s)"
              .formatted(known.requestId(), known.id()));
    }
    return new Outcome(
        Optional.of(known),
        new Placement(List.of(), List.of(), 0),
        List.of(),
        known.cluster().orElseThrow());
  }

  private Outcome look(Transaction tx, Wish wish) {
    return look(tx, wish, Lookup.cluster(tx, wish.cluster()));
  }

  /** For the cluster as it may not be stored yet. */
  Outcome look(Transaction tx, Wish wish, Cluster cluster) {
    if (wish.size() < 1 || wish.size() > ClusterSpec.LARGEST) {
      throw new InvalidSpecException(
          "size",
          "size: "
              + wish.size()
              + " (expected: 1 to "
              + ClusterSpec.LARGEST
              + " nodes; to end it: cox cluster destroy)");
    }
    requireQuiet(tx, cluster);
    ClusterId id = cluster.spec().id();
    List<Instance> workers = workers(tx, id);
    int more = wish.size() - workers.size();
    Placement none = new Placement(List.of(), List.of(), 0);
    return more >= 0
        ? new Outcome(
            Optional.empty(), more == 0 ? none : coming(tx, cluster, wish, more), List.of(), id)
        : new Outcome(Optional.empty(), none, departures.choose(tx, cluster, workers, -more), id);
  }

  /** One change at a time: what two would come to together is nobody's wish. */
  static void requireQuiet(Transaction tx, Cluster cluster) {
    String name = cluster.spec().name();
    if (cluster.spec().intent().isDestroy()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "cluster " + name + " is being destroyed",
          "cox cluster create makes another");
    }
    tx.operations().stream()
        .filter(operation -> operation.isOf(cluster.spec().id()))
        .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
        .filter(operation -> operation.kind() != Operation.Kind.TEST_NODES)
        .findFirst()
        .ifPresent(
            operation -> {
              throw new RefusedException(
                  Kind.FORBIDDEN_NOW,
                  name,
                  "cluster "
                      + name
                      + " is being changed: "
                      + operation.id()
                      + " ("
                      + operation.kind()
                      + ") is not over",
                  "wait for it: cox operation watch " + operation.id());
            });
  }

  private Placement coming(Transaction tx, Cluster cluster, Wish wish, int more) {
    ClusterSpec spec = withHosts(cluster.spec(), wish.hosts());
    List<String> names =
        free(tx, cluster.spec().id(), more).stream()
            .map(index -> spec.id().workerInstance(index))
            .toList();
    Placement placement =
        Planner.place(
            new Planner.Wish(spec.shape(), spec.selector(), spec.hosts()),
            names,
            List.copyOf(new Worlds(fleet).load(tx).machines().values()),
            clock.instant());
    if (!placement.isComplete()) {
      throw new RefusedException(
          Kind.NO_CAPACITY,
          spec.shape().toString(),
          "no capacity for "
              + more
              + " more "
              + spec.shape()
              + ": "
              + placement.leases().size()
              + " of "
              + more
              + " machines fit; "
              + placement.why(),
          "cox machine list shows what is there; ask for fewer");
    }
    return placement;
  }

  private static ClusterSpec withHosts(ClusterSpec spec, List<String> more) {
    if (more.isEmpty()) {
      return spec;
    }
    if (spec.hosts().isEmpty()) {
      throw new InvalidSpecException(
          "hosts",
          "hosts: "
              + String.join(",", more)
              + " (expected: none; the cluster takes any machine that fits)");
    }
    Set<String> all = new TreeSet<>(spec.hosts());
    all.addAll(more);
    return spec.withHosts(List.copyOf(all));
  }

  /** The lowest indices that no instance has. */
  private static List<Integer> free(Transaction tx, ClusterId id, int count) {
    Set<String> used =
        Stream.concat(
                tx.instances(id).stream().map(Instance::name),
                // A machine that left unclean may come back and speak by that name.
                tx.machines().stream()
                    .flatMap(machine -> Departures.wish(machine).stream())
                    .map(wish -> wish.work().subject()))
            .collect(Collectors.toUnmodifiableSet());
    return IntStream.iterate(0, index -> index + 1)
        .filter(index -> !used.contains(id.workerInstance(index)))
        .limit(count)
        .boxed()
        .toList();
  }

  Outcome write(Transaction tx, Outcome looked, Wish wish) {
    Cluster cluster = Lookup.cluster(tx, wish.cluster());
    Instant now = clock.instant();
    ClusterId id = looked.cluster();
    ClusterSpec spec = withHosts(cluster.spec(), wish.hosts()).withSize(wish.size());
    tx.save(cluster.with(spec));
    tx.append(
        Event.of(now, id.value(), "", "", "SCALE_ASKED", "to " + wish.size() + " by " + wish.by()));
    int more = looked.coming().leases().size();
    free(tx, id, more).forEach(index -> tx.save(Instance.pending(id, index, now)));
    looked
        .leaving()
        .forEach(name -> departures.leave(tx, Lookup.instance(tx, name), false, wish.by()));
    Operation operation = operation(Operation.Kind.SCALE_CLUSTER, id, wish.requestId());
    tx.save(operation);
    return new Outcome(Optional.of(operation), looked.coming(), looked.leaving(), id);
  }

  static boolean isScaling(Operation.Kind kind) {
    return kind == Operation.Kind.SCALE_CLUSTER || kind == Operation.Kind.REMOVE_INSTANCE;
  }

  static List<Instance> workers(Transaction tx, ClusterId id) {
    return tx.instances(id).stream().filter(instance -> !instance.isJumphost()).toList();
  }

  private Operation operation(Operation.Kind kind, ClusterId cluster, String requestId) {
    return new Operation(
        Creation.operationId(random),
        kind,
        Operation.State.IN_PROGRESS,
        Optional.of(cluster),
        requestId,
        clock.instant(),
        Optional.empty(),
        "");
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Wishes for more or fewer nodes: checked, written down as an operation, then carried out. */
public final class Scaling {
  private final Store store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<Optional<ClusterId>> wake;
  private final Departures departures;
  private final PoolChanges changes;

  Scaling(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
    this.departures = new Departures(fleet, clock, random);
    this.changes = new PoolChanges(fleet, clock, departures);
  }

  /**
   * What somebody wants.
   *
   * @param cluster name or id
   * @param pool name of the nodepool; empty: the only one
   * @param size nodes that the pool is always to have
   * @param hosts of a pool that was made of named machines: those that it may have besides
   * @param by who asks
   */
  public record Wish(
      String cluster, String pool, int size, List<String> hosts, String by, String requestId) {
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
    return begin(wish, tx -> wish);
  }

  private Outcome begin(Wish wish, Function<Transaction, Wish> whole) {
    Outcome outcome =
        store.write(
            tx -> {
              Optional<Operation> known = tx.operationByRequest(wish.requestId());
              return known.isPresent()
                  ? begun(known.get(), Operation.Kind.SCALE_CLUSTER)
                  : write(tx, whole.apply(tx));
            });
    wake.accept(Optional.of(outcome.cluster()));
    return outcome;
  }

  /** The plan of {@link #add}. */
  public Outcome planMore(Wish more) {
    return store.read(tx -> look(tx, whole(tx, more)));
  }

  /** The same for a wish whose size says how many more than there are when it is written down. */
  public Outcome add(Wish more) {
    return begin(more, tx -> whole(tx, more));
  }

  private static Wish whole(Transaction tx, Wish more) {
    if (more.size() < 1) {
      throw new InvalidSpecException(
          "more", "more: " + more.size() + " (expected: at least 1 node)");
    }
    ClusterSpec spec = Lookup.cluster(tx, more.cluster()).spec();
    int now = always(tx, spec.id(), PoolChanges.pool(spec, more.pool())).size();
    int size = (int) Math.min(Integer.MAX_VALUE, (long) now + more.size());
    return new Wish(more.cluster(), more.pool(), size, more.hosts(), more.by(), more.requestId());
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

  static Outcome begun(Operation known, Operation.Kind kind) {
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
    Cluster cluster = Lookup.cluster(tx, wish.cluster());
    return look(tx, cluster, wanted(cluster.spec(), wish));
  }

  Outcome look(Transaction tx, Cluster cluster, List<Nodepool> wanted) {
    requireQuiet(tx, cluster);
    PoolChanges.Plan plan = changes.look(tx, cluster, wanted);
    return new Outcome(Optional.empty(), plan.coming(), plan.leaving(), cluster.spec().id());
  }

  private static List<Nodepool> wanted(ClusterSpec spec, Wish wish) {
    Nodepool pool = PoolChanges.pool(spec, wish.pool());
    requireSize(pool, wish.size());
    return spec.with(withHosts(pool, wish.hosts()).withSize(wish.size())).pools();
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
        // What only measures is in nobody's way.
        .filter(operation -> operation.kind() != Operation.Kind.TEST_NODES)
        .filter(operation -> operation.kind() != Operation.Kind.TEST_VOLUME)
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

  private static void requireSize(Nodepool pool, int size) {
    int least = pool.isElastic() ? 0 : 1;
    int most = pool.isElastic() ? pool.max() : ClusterSpec.LARGEST;
    if (size < least || size > most) {
      throw new InvalidSpecException(
          "size",
          "size: %d (expected: %d to %d nodes%s)"
              .formatted(
                  size,
                  least,
                  most,
                  size > most && pool.isElastic()
                      ? ", the max of nodepool " + pool.name()
                      : "; to end it: cox cluster destroy"));
    }
  }

  private static Nodepool withHosts(Nodepool pool, List<String> more) {
    if (more.isEmpty()) {
      return pool;
    }
    if (pool.hosts().isEmpty()) {
      throw new InvalidSpecException(
          "hosts",
          "hosts: "
              + String.join(",", more)
              + " (expected: none; the nodepool takes any machine that fits)");
    }
    Set<String> all = new TreeSet<>(pool.hosts());
    all.addAll(more);
    return pool.from(pool.selector(), List.copyOf(all));
  }

  private Outcome write(Transaction tx, Wish wish) {
    Cluster cluster = Lookup.cluster(tx, wish.cluster());
    requireQuiet(tx, cluster);
    return write(
        tx,
        cluster,
        wanted(cluster.spec(), wish),
        new Doing(Operation.Kind.SCALE_CLUSTER, wish.by(), wish.requestId()));
  }

  /** What begins, by whom, and under which request. */
  record Doing(Operation.Kind kind, String by, String requestId) {}

  /** Gives the cluster these pools, all of it or nothing. */
  Outcome write(Transaction tx, Cluster cluster, List<Nodepool> wanted, Doing doing) {
    ClusterId id = cluster.spec().id();
    PoolChanges.Plan plan = changes.look(tx, cluster, wanted);
    tx.append(
        Event.of(
            clock.instant(),
            id.value(),
            "",
            "",
            "SCALE_ASKED",
            "to %s by %s".formatted(Nodepool.words(wanted), doing.by())));
    changes.write(tx, cluster, wanted, plan, doing.by());
    Operation operation = operation(doing.kind(), id, doing.requestId());
    tx.save(operation);
    return new Outcome(Optional.of(operation), plan.coming(), plan.leaving(), id);
  }

  PoolChanges changes() {
    return changes;
  }

  static List<Instance> workers(Transaction tx, ClusterId id) {
    return tx.instances(id).stream().filter(instance -> !instance.isJumphost()).toList();
  }

  /** Those of a nodepool that are there whether jobs want them or not. */
  static List<Instance> always(Transaction tx, ClusterId id, Nodepool pool) {
    return workers(tx, id).stream()
        .filter(worker -> worker.pool().equals(pool.name()) && !worker.isElastic())
        .toList();
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

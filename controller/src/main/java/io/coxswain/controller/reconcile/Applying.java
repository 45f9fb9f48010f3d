package io.coxswain.controller.reconcile;

import io.coxswain.controller.document.ClusterDocument;
import io.coxswain.controller.lifecycle.Cluster;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes a cluster what a file says: made where there is none of that name, else changed. */
public final class Applying {
  static final String LIVE = "live";
  private static final Placement NOBODY = new Placement(List.of(), List.of(), 0);

  private final Store store;
  private final InstantSource clock;
  private final Creation creation;
  private final Scaling scaling;
  private final Consumer<Optional<ClusterId>> wake;

  Applying(
      Store store,
      InstantSource clock,
      Creation creation,
      Scaling scaling,
      Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.clock = clock;
    this.creation = creation;
    this.scaling = scaling;
    this.wake = wake;
  }

  /**
   * A field that becomes another.
   *
   * @param before empty where there is no cluster yet
   * @param disruption what users notice: "live", which is nothing, or what else
   * @param isPossible whether it can be done at all; the disruption says why not
   */
  public record Change(
      String field, String before, String after, String disruption, boolean isPossible) {}

  /**
   * What comes of it.
   *
   * @param operation empty of a plan, and where all is done at once
   */
  public record Outcome(
      List<Change> changes, Optional<Operation> operation, Placement coming, List<String> leaving) {
    public Outcome {
      changes = List.copyOf(changes);
      leaving = List.copyOf(leaving);
    }
  }

  /** Says what would be done, and changes nothing. */
  public Outcome plan(ClusterDocument wanted, String by) {
    return store.read(
        tx -> {
          Optional<Cluster> present = tx.clusterByName(wanted.name());
          if (present.isEmpty()) {
            CreateRequest request = request(wanted, by, "");
            return new Outcome(
                changes(Optional.empty(), wanted),
                Optional.empty(),
                creation.shown(tx, request, clock.instant()),
                List.of());
          }
          requireStaying(present.get());
          List<Change> changes = changes(present.map(Cluster::spec), wanted);
          if (isBarred(changes) || !isOfPools(changes)) {
            return new Outcome(changes, Optional.empty(), NOBODY, List.of());
          }
          Scaling.requireQuiet(tx, present.get());
          PoolChanges.Plan plan =
              scaling.changes().look(tx, present.get(), pools(present.get().spec(), wanted));
          return new Outcome(changes, Optional.empty(), plan.coming(), plan.leaving());
        });
  }

  /** All of it or nothing. A request id that was seen before returns what it started then. */
  public Outcome apply(ClusterDocument wanted, String by, String requestId) {
    Outcome outcome = store.write(tx -> apply(tx, wanted, by, requestId));
    wake.accept(
        store.read(tx -> tx.clusterByName(wanted.name())).map(cluster -> cluster.spec().id()));
    return outcome;
  }

  private Outcome apply(Transaction tx, ClusterDocument wanted, String by, String requestId) {
    Optional<Cluster> present = tx.clusterByName(wanted.name());
    Optional<Operation> known = tx.operationByRequest(requestId);
    if (known.isPresent()) {
      requireOwn(known.get(), present);
      return new Outcome(List.of(), known, NOBODY, List.of());
    }
    present.ifPresent(Applying::requireStaying);
    List<Change> changes = changes(present.map(Cluster::spec), wanted);
    if (present.isEmpty()) {
      Intents.Created created =
          creation.create(tx, request(wanted, by, requestId), clock.instant());
      return new Outcome(changes, Optional.of(created.operation()), created.placement(), List.of());
    }
    requirePossible(wanted.name(), changes);
    if (changes.isEmpty()) {
      return new Outcome(changes, Optional.empty(), NOBODY, List.of());
    }
    Cluster edited = edited(present.get(), wanted);
    tx.save(edited);
    tx.append(
        Event.of(
            clock.instant(),
            edited.spec().id().value(),
            "",
            "",
            "APPLIED",
            changes.stream().map(Change::field).collect(Collectors.joining(", ")) + " by " + by));
    if (!isOfPools(changes)) {
      return new Outcome(changes, Optional.empty(), NOBODY, List.of());
    }
    Scaling.requireQuiet(tx, edited);
    Scaling.Outcome scaled =
        scaling.write(
            tx,
            edited,
            pools(edited.spec(), wanted),
            new Scaling.Doing(Operation.Kind.SCALE_CLUSTER, by, requestId));
    return new Outcome(changes, scaled.operation(), scaled.coming(), scaled.leaving());
  }

  private static void requireOwn(Operation known, Optional<Cluster> cluster) {
    boolean isOwn =
        (known.kind() == Operation.Kind.CREATE_CLUSTER
                || known.kind() == Operation.Kind.SCALE_CLUSTER)
            && cluster.filter(named -> known.isOf(named.spec().id())).isPresent();
    if (!isOwn) {
      throw new InvalidSpecException(
          "request_id",
          "request id: %s (expected: one of its own; it began operation %s)"
              .formatted(known.requestId(), known.id()));
    }
  }

  private static void requireStaying(Cluster cluster) {
    if (cluster.spec().intent().isDestroy()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          cluster.spec().name(),
          "cluster " + cluster.spec().name() + " is being destroyed",
          "wait for its end; then the same file makes another");
    }
  }

  private static Cluster edited(Cluster cluster, ClusterDocument wanted) {
    return cluster.with(cluster.spec().edited(wanted.publicKeys(), wanted.isDeletionProtected()));
  }

  /** Those of the file, and behind them those that it leaves out, which end. */
  private static List<Nodepool> pools(ClusterSpec spec, ClusterDocument wanted) {
    List<Nodepool> pools = new ArrayList<>(wanted.pools());
    spec.pools().stream()
        .filter(pool -> wanted.pool(pool.name()).isEmpty())
        .map(Nodepool::ending)
        .forEach(pools::add);
    return pools;
  }

  private static CreateRequest request(ClusterDocument wanted, String by, String requestId) {
    return new CreateRequest(
        requestId,
        wanted.pools(),
        wanted.name(),
        wanted.publicKeys(),
        wanted.isDeletionProtected(),
        by,
        "");
  }

  private static boolean isBarred(List<Change> changes) {
    return changes.stream().anyMatch(change -> !change.isPossible());
  }

  private static void requirePossible(String name, List<Change> changes) {
    if (isBarred(changes)) {
      String why =
          changes.stream()
              .filter(change -> !change.isPossible())
              .map(change -> change.field() + ": " + change.disruption())
              .collect(Collectors.joining("; "));
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "cluster " + name + " cannot become that: " + why,
          "cox cluster export " + name + " says what it is");
    }
  }

  /** One for each field that differs, in the order of the file. */
  private static List<Change> changes(Optional<ClusterSpec> present, ClusterDocument wanted) {
    if (present.isEmpty()) {
      String what = Nodepool.words(wanted.pools());
      return List.of(new Change("cluster", "", what, "a new one; nobody else notices", true));
    }
    ClusterSpec now = present.get();
    List<Change> changes = new ArrayList<>(new PoolDifferences(now.pools(), wanted.pools()).list());
    add(
        changes,
        "deletion-protection",
        Boolean.toString(now.isDeletionProtected()),
        Boolean.toString(wanted.isDeletionProtected()));
    if (!new TreeSet<>(now.publicKeys()).equals(new TreeSet<>(wanted.publicKeys()))) {
      changes.add(
          new Change(
              "public-keys", count(now.publicKeys()), count(wanted.publicKeys()), LIVE, true));
    }
    return changes;
  }

  private static boolean isOfPools(List<Change> changes) {
    return changes.stream()
        .anyMatch(
            change ->
                !change.field().equals("deletion-protection")
                    && !change.field().equals("public-keys"));
  }

  private static void add(List<Change> changes, String field, String before, String after) {
    if (!before.equals(after)) {
      changes.add(new Change(field, before, after, LIVE, true));
    }
  }

  private static String count(List<String> keys) {
    return keys.size() + (keys.size() == 1 ? " key" : " keys");
  }
}

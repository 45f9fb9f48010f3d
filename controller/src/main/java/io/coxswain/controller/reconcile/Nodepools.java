package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Wishes for nodepools of a cluster: one more, another manner, or one less. */
public final class Nodepools {
  private final Store store;
  private final Scaling scaling;
  private final Consumer<Optional<ClusterId>> wake;

  Nodepools(Store store, Scaling scaling, Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.scaling = scaling;
    this.wake = wake;
  }

  /**
   * Who asks for what.
   *
   * @param cluster name or id
   * @param isPlan say what would be done, and change nothing
   */
  public record Request(String cluster, String by, String requestId, boolean isPlan) {}

  /** What becomes of a pool; empty: as it is. */
  public record Edit(
      Optional<Integer> min,
      Optional<Integer> max,
      Optional<String> description,
      Optional<Duration> idleTime,
      Optional<Selector> selector,
      Optional<List<String>> hosts) {
    Nodepool of(Nodepool pool) {
      // Of a fixed one a new min alone is its new size.
      int least = min.orElse(pool.min());
      int most = max.orElse(pool.isElastic() ? pool.max() : Math.max(1, least));
      return new Nodepool(
          pool.name(),
          description.orElse(pool.description()),
          pool.shape(),
          least,
          most,
          idleTime.orElse(pool.idleTime()),
          selector.orElse(pool.selector()),
          hosts.orElse(pool.hosts()),
          false);
    }
  }

  public Scaling.Outcome create(Request request, Nodepool pool) {
    return change(
        request,
        Operation.Kind.CREATE_NODEPOOL,
        spec -> {
          spec.pool(pool.name())
              .ifPresent(
                  present -> {
                    throw new RefusedException(
                        Kind.TAKEN,
                        pool.name(),
                        "nodepool "
                            + pool.name()
                            + ": cluster "
                            + spec.name()
                            + " has it"
                            + (present.isEnding() ? " still; its nodes leave" : ""),
                        "cox nodepool info " + spec.name() + " " + pool.name());
                  });
          List<Nodepool> pools = new ArrayList<>(spec.pools());
          pools.add(pool);
          return pools;
        });
  }

  public Scaling.Outcome edit(Request request, String name, Edit edit) {
    return change(
        request,
        Operation.Kind.EDIT_NODEPOOL,
        spec -> spec.with(edit.of(standing(spec, name))).pools());
  }

  public Scaling.Outcome delete(Request request, String name) {
    return change(
        request,
        Operation.Kind.DELETE_NODEPOOL,
        spec -> {
          Nodepool pool = standing(spec, name);
          if (spec.pools().stream().filter(each -> !each.isEnding()).count() == 1) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                name,
                "nodepool " + name + " is the only one of cluster " + spec.name(),
                "cox cluster destroy " + spec.name());
          }
          return spec.with(pool.ending()).pools();
        });
  }

  private static Nodepool standing(ClusterSpec spec, String name) {
    Nodepool.requireName(name);
    Nodepool pool = PoolChanges.pool(spec, name);
    if (pool.isEnding()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "nodepool " + name + " is being deleted",
          "cox operation list shows how far it is");
    }
    return pool;
  }

  /** A request id that was seen before returns the operation that it started then. */
  private Scaling.Outcome change(
      Request request, Operation.Kind kind, Function<ClusterSpec, List<Nodepool>> wanted) {
    if (request.isPlan()) {
      return store.read(
          tx -> {
            Cluster cluster = Lookup.cluster(tx, request.cluster());
            return scaling.look(tx, cluster, checked(cluster, wanted));
          });
    }
    Scaling.Outcome outcome = store.write(tx -> write(tx, request, kind, wanted));
    wake.accept(Optional.of(outcome.cluster()));
    return outcome;
  }

  private Scaling.Outcome write(
      Transaction tx,
      Request request,
      Operation.Kind kind,
      Function<ClusterSpec, List<Nodepool>> wanted) {
    Optional<Operation> known = tx.operationByRequest(request.requestId());
    if (known.isPresent()) {
      return Scaling.begun(known.get(), kind);
    }
    Cluster cluster = Lookup.cluster(tx, request.cluster());
    Scaling.requireQuiet(tx, cluster);
    return scaling.write(
        tx,
        cluster,
        checked(cluster, wanted),
        new Scaling.Doing(kind, request.by(), request.requestId()));
  }

  /** With the rules that a cluster has for all of its pools together. */
  private static List<Nodepool> checked(
      Cluster cluster, Function<ClusterSpec, List<Nodepool>> wanted) {
    List<Nodepool> pools = wanted.apply(cluster.spec());
    return cluster.spec().withPools(pools).pools();
  }
}

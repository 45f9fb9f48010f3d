package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.slurm.CloudNode;
import io.coxswain.controller.slurm.NodeOptions;
import io.coxswain.controller.slurm.SlurmSettings;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What it takes to give a cluster other nodepools than it has: who comes, and who goes. */
final class PoolChanges {
  private final Fleet fleet;
  private final InstantSource clock;
  private final Departures departures;

  PoolChanges(Fleet fleet, InstantSource clock, Departures departures) {
    this.fleet = fleet;
    this.clock = clock;
    this.departures = departures;
  }

  /**
   * Who comes and who goes.
   *
   * @param coming machines for new instances, and why others were not taken
   * @param added slots that get a machine when jobs want one
   * @param leaving names of the instances that go
   */
  record Plan(Placement coming, List<Instance> added, List<String> leaving) {
    Plan {
      added = List.copyOf(added);
      leaving = List.copyOf(leaving);
    }

    boolean isEmpty() {
      return added.isEmpty() && leaving.isEmpty();
    }
  }

  /** For a cluster as it stands, which is to have these pools; refuses what cannot be. */
  Plan look(Transaction tx, Cluster cluster, List<Nodepool> wanted) {
    ClusterSpec spec = cluster.spec();
    Iterator<Integer> free = free(tx, spec.id());
    List<Instance> added = new ArrayList<>();
    List<Planner.Share> shares = new ArrayList<>();
    List<String> leaving = new ArrayList<>();
    for (Nodepool pool : wanted) {
      int min = pool.isEnding() ? 0 : pool.min();
      int slots = pool.isEnding() ? 0 : pool.max() - pool.min();
      List<Instance> always = Scaling.always(tx, spec.id(), pool);
      List<Instance> elastic = elastic(tx, spec.id(), pool);
      List<String> coming = new ArrayList<>();
      for (int i = always.size(); i < min; i++) {
        Instance instance = Instance.pending(spec.id(), free.next(), pool.name(), clock.instant());
        added.add(instance);
        coming.add(instance.name());
      }
      shares.add(new Planner.Share(pool, coming));
      if (elastic.size() < slots) {
        Settled promise = promise(spec, pool, machines(tx));
        for (int i = elastic.size(); i < slots; i++) {
          added.add(
              Instance.slot(spec.id(), free.next(), pool.name(), clock.instant()).settled(promise));
        }
      }
      if (always.size() > min) {
        leaving.addAll(departures.choose(tx, cluster, always, always.size() - min));
      }
      if (elastic.size() > slots) {
        leaving.addAll(departures.choose(tx, cluster, elastic, elastic.size() - slots));
      }
    }
    return new Plan(coming(tx, shares), added, leaving);
  }

  /** What its slots are described by until a machine was in them. */
  static Settled promise(ClusterSpec spec, Nodepool pool, List<MachineView> machines) {
    List<MachineFacts> fitting =
        machines.stream()
            .filter(view -> Planner.isOfShape(pool, view))
            .flatMap(view -> view.seen().facts().stream())
            .toList();
    String feature = SlurmSettings.feature(spec.id(), pool.name());
    return CloudNode.least(
            fitting.stream().flatMap(facts -> facts.slurm().stream()).toList(),
            pool.shape(),
            feature)
        .or(() -> CloudNode.leastUnmeasured(fitting, pool.shape(), feature))
        .map(options -> promise(fitting.getFirst(), options))
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NO_CAPACITY,
                    pool.shape().toString(),
                    "no machine of shape %s is enrolled and measured, so nothing can be promised of nodepool %s"
                        .formatted(pool.shape(), pool.name()),
                    "cox machine list shows what is there"));
  }

  private static Settled promise(MachineFacts like, NodeOptions options) {
    return new Settled(
        "",
        like.cgroups().isWritable(),
        like.cgroups().version(),
        like.gpus().known().map(MachineFacts.Gpus::minors).orElse(List.of()),
        "",
        options.render(),
        false);
  }

  private static List<Instance> elastic(Transaction tx, ClusterId id, Nodepool pool) {
    return Scaling.workers(tx, id).stream()
        .filter(worker -> worker.pool().equals(pool.name()) && worker.isElastic())
        .toList();
  }

  private List<MachineView> machines(Transaction tx) {
    return List.copyOf(new Worlds(fleet).load(tx).machines().values());
  }

  private Placement coming(Transaction tx, List<Planner.Share> shares) {
    List<Planner.Share> asking =
        shares.stream().filter(share -> !share.instances().isEmpty()).toList();
    Placement placement =
        Planner.place(
            asking, List.copyOf(new Worlds(fleet).load(tx).machines().values()), clock.instant());
    if (!placement.isComplete()) {
      String what =
          asking.stream()
              .map(share -> share.instances().size() + " more " + share.pool().shape())
              .collect(Collectors.joining(" and "));
      throw new RefusedException(
          Kind.NO_CAPACITY,
          what,
          "no capacity for %s: %d of %d machines fit; %s"
              .formatted(
                  what,
                  placement.leases().size(),
                  placement.leases().size() + placement.missing(),
                  placement.why()),
          "cox machine list shows what is there; ask for fewer");
    }
    return placement;
  }

  /** The indices that no instance has, the lowest first. */
  private static Iterator<Integer> free(Transaction tx, ClusterId id) {
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
        .iterator();
  }

  /** Writes it down: the pools, those that come and the wish that others go. */
  void write(Transaction tx, Cluster cluster, List<Nodepool> wanted, Plan plan, String by) {
    tx.save(cluster.with(cluster.spec().withPools(wanted)));
    plan.added().forEach(tx::save);
    plan.leaving().forEach(name -> departures.leave(tx, Lookup.instance(tx, name), false, by));
  }

  /** The nodepool of that name; without a name the only one. */
  static Nodepool pool(ClusterSpec spec, String name) {
    return Optional.of(name)
        .filter(given -> !given.isEmpty() || spec.pools().size() > 1)
        .map(given -> spec.pool(given).orElseThrow(() -> unknown(spec, given)))
        .orElse(spec.mainPool());
  }

  private static RefusedException unknown(ClusterSpec spec, String name) {
    String names =
        spec.pools().stream()
            .map(Nodepool::name)
            .sorted(Comparator.naturalOrder())
            .collect(Collectors.joining(", "));
    return new RefusedException(
        name.isEmpty() ? Kind.FORBIDDEN_NOW : Kind.NOT_FOUND,
        name.isEmpty() ? spec.name() : name,
        name.isEmpty()
            ? "cluster " + spec.name() + " has several nodepools: " + names
            : "nodepool '" + name + "': cluster " + spec.name() + " has " + names,
        name.isEmpty() ? "name one with --nodepool" : "cox nodepool list " + spec.name());
  }
}

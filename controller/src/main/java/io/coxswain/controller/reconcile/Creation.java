package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes a cluster out of a request: all of it is written, or nothing. */
final class Creation {
  /** munge(7) takes 32 to 1024 bytes. */
  private static final int MUNGE_KEY_BYTES = 1024;

  /** Slurm's own port for slurmctld; 6818 to 6820 belong to its other daemons. */
  private static final int FIRST_PORT = 6817;

  private static final int PORT_STEP = 10;

  private final Worlds worlds;
  private final RandomGenerator random;

  Creation(Worlds worlds, RandomGenerator random) {
    this.worlds = worlds;
    this.random = random;
  }

  /** The placement of its nodes, and where slurmctld runs. */
  record Plan(Placement placement, Seats.Seat seat) {}

  /** As people see it: with the machine that becomes its jumphost alone, where there is one. */
  Placement shown(Transaction tx, CreateRequest request, Instant now) {
    Plan plan = plan(tx, request, now);
    if (!plan.seat().isOwn() || plan.seat().isNode()) {
      return plan.placement();
    }
    List<Placement.Lease> leases = new ArrayList<>(plan.placement().leases());
    plan.seat()
        .machine()
        .map(MachineView::machine)
        .ifPresent(
            machine ->
                leases.add(
                    new Placement.Lease(
                        prefix(request) + "-jumphost", machine.id(), machine.name())));
    return new Placement(leases, plan.placement().rejections(), plan.placement().missing());
  }

  private static String prefix(CreateRequest request) {
    return request.name().isEmpty() ? "c-new" : request.name();
  }

  Plan plan(Transaction tx, CreateRequest request, Instant now) {
    World world = worlds.load(tx);
    List<MachineView> machines = List.copyOf(world.machines().values());
    List<Planner.Share> shares = new ArrayList<>();
    int index = 0;
    for (Nodepool pool : request.pools()) {
      int first = index;
      index += pool.min();
      shares.add(
          new Planner.Share(
              pool,
              IntStream.range(first, index).mapToObj(i -> prefix(request) + "-" + i).toList()));
    }
    Placement placement = Planner.place(shares, machines, now);
    return new Plan(placement, new Seats(request, machines, now).choose(placement));
  }

  Intents.Created create(Transaction tx, CreateRequest request, Instant now) {
    Optional<Operation> known = tx.operationByRequest(request.requestId());
    if (known.isPresent()) {
      return new Intents.Created(
          known.get(), clusterOf(tx, known.get()), new Placement(List.of(), List.of(), 0));
    }
    if (!request.name().isEmpty()) {
      ClusterSpec.requireName(request.name());
      Lookup.requireFree(tx, request.name());
    }
    ClusterSpec draft = spec(tx, request, newId(tx), "", now);
    Plan plan = plan(tx, request, now);
    Machine jumphost = requireCapacity(request, plan);
    ClusterSpec spec = withJumphost(tx, draft, jumphost.name());
    Cluster cluster = new Cluster(spec, newKey(), Optional.empty());
    tx.save(cluster);
    instances(spec, plan.seat(), jumphost, now).forEach(tx::save);
    List<MachineView> machines = List.copyOf(worlds.load(tx).machines().values());
    slots(spec, machines, now).forEach(tx::save);
    Operation operation = begin(tx, request, spec.id(), now);
    VolumeWishes.attachHome(tx, spec.id(), now);
    tx.append(
        Event.of(
            now,
            spec.id().value(),
            "",
            "",
            "CREATED",
            request.words() + " for " + request.createdBy()));
    return new Intents.Created(operation, cluster, named(plan.placement(), spec.id()));
  }

  private Operation begin(Transaction tx, CreateRequest request, ClusterId id, Instant now) {
    Operation operation =
        new Operation(
            operationId(random),
            Operation.Kind.CREATE_CLUSTER,
            Operation.State.IN_PROGRESS,
            Optional.of(id),
            request.requestId(),
            now,
            Optional.empty(),
            "");
    tx.save(operation);
    return operation;
  }

  /** A machine that is to be the cluster's jumphost alone is kept for it from now on. */
  private static List<Instance> instances(
      ClusterSpec spec, Seats.Seat seat, Machine jumphost, Instant now) {
    List<Instance> instances = new ArrayList<>();
    Instance first = Instance.jumphost(spec.id(), now);
    instances.add(seat.isOwn() ? first.leasing(jumphost.id()) : first);
    for (Nodepool pool : spec.pools()) {
      for (int i = 0; i < pool.min(); i++) {
        int index = instances.size() - 1;
        Instance worker = Instance.pending(spec.id(), index, pool.name(), now);
        instances.add(seat.isNode() && index == 0 ? worker.leasing(jumphost.id()) : worker);
      }
    }
    return instances;
  }

  /** Those of elastic nodepools, which have no machine yet; behind the nodes. */
  private static List<Instance> slots(ClusterSpec spec, List<MachineView> machines, Instant now) {
    List<Instance> slots = new ArrayList<>();
    for (Nodepool pool : spec.pools()) {
      for (int i = pool.min(); i < pool.max(); i++) {
        slots.add(
            Instance.slot(spec.id(), spec.size() + slots.size(), pool.name(), now)
                .settled(PoolChanges.promise(spec, pool, machines)));
      }
    }
    return slots;
  }

  private static Placement named(Placement placement, ClusterId id) {
    List<Placement.Lease> leases = new ArrayList<>();
    for (int i = 0; i < placement.leases().size(); i++) {
      Placement.Lease lease = placement.leases().get(i);
      leases.add(new Placement.Lease(id.workerInstance(i), lease.machineId(), lease.machine()));
    }
    return new Placement(leases, placement.rejections(), placement.missing());
  }

  private static Machine requireCapacity(CreateRequest request, Plan plan) {
    Placement placement = plan.placement();
    if (!placement.isComplete()) {
      String none =
          placement.leases().isEmpty() ? "no worker is enrolled" : "no other worker is enrolled";
      String why = placement.rejections().isEmpty() ? none : placement.why();
      throw new RefusedException(
          Kind.NO_CAPACITY,
          request.words(),
          "no capacity for "
              + request.words()
              + ": "
              + placement.leases().size()
              + " of "
              + (placement.leases().size() + placement.missing())
              + " machines fit; "
              + why,
          "cox machine list shows what is there; ask for fewer with -n or another shape");
    }
    return plan.seat()
        .machine()
        .map(MachineView::machine)
        .orElseThrow(
            () ->
                plan.seat().isOwn()
                    ? new RefusedException(
                        Kind.NO_CAPACITY,
                        "jumphost",
                        "no capacity for a jumphost of its own: no other machine is free",
                        "--jumphost shared takes an enrolled one; cox machine list shows what is there")
                    : new RefusedException(
                        Kind.NO_CAPACITY,
                        "jumphost",
                        "no jumphost is enrolled, connected and at an address that others can reach",
                        "cox machine list shows it; an agent reports within seconds of coming back; a new"
                            + " one: cox machine join-token --role jumphost, then cox-agent join there"));
  }

  private ClusterSpec spec(
      Transaction tx, CreateRequest request, ClusterId id, String jumphost, Instant now) {
    int port = FIRST_PORT;
    String name = request.name().isEmpty() ? id.value() : request.name();
    // A uid is never given twice: files of a cluster that is gone must not belong to the next one.
    int uid = tx.next("uid", ClusterSpec.FIRST_UID);
    return new ClusterSpec(
        id,
        name,
        request.pools(),
        request.publicKeys(),
        request.isDeletionProtected(),
        uid,
        port,
        jumphost,
        ClusterSpec.Intent.RUN,
        request.createdBy(),
        now);
  }

  private static ClusterSpec withJumphost(Transaction tx, ClusterSpec spec, String jumphost) {
    Set<Integer> used =
        tx.clusters().stream()
            .filter(cluster -> cluster.spec().jumphost().equals(jumphost))
            .map(cluster -> cluster.spec().slurmctldPort())
            .collect(Collectors.toSet());
    int port =
        IntStream.iterate(FIRST_PORT, next -> next + PORT_STEP)
            .filter(candidate -> !used.contains(candidate))
            .findFirst()
            .orElseThrow();
    return spec.on(jumphost, port);
  }

  private ClusterId newId(Transaction tx) {
    for (int digits = 4; digits <= 8; digits++) {
      for (int i = 0; i < 16; i++) {
        ClusterId id = new ClusterId("c-" + HexFormat.of().toHexDigits(random.nextLong(), digits));
        if (tx.cluster(id).isEmpty()) {
          return id;
        }
      }
    }
    throw new IllegalStateException("cluster id: every try was taken");
  }

  private Secret newKey() {
    byte[] key = new byte[MUNGE_KEY_BYTES];
    random.nextBytes(key);
    return new Secret(key);
  }

  private static Cluster clusterOf(Transaction tx, Operation begun) {
    return begun
        .cluster()
        .flatMap(tx::cluster)
        .orElseThrow(
            () ->
                new InvalidSpecException(
                    "request_id",
                    "request id: %s (expected: one of its own; it began operation %s)"
                        .formatted(begun.requestId(), begun.id())));
  }

  static String operationId(RandomGenerator random) {
    return "op-" + HexFormat.of().toHexDigits(random.nextLong(), 8);
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
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

  /** The placement, and the jumphost where there is one. */
  record Plan(Placement placement, Optional<MachineView> jumphost) {}

  Plan plan(Transaction tx, CreateRequest request, Instant now) {
    World world = worlds.load(tx);
    List<MachineView> machines = List.copyOf(world.machines().values());
    String prefix = request.name().isEmpty() ? "c-new" : request.name();
    List<String> slots =
        IntStream.range(0, request.size()).mapToObj(i -> prefix + "-" + i).toList();
    Placement placement =
        Planner.place(
            new Planner.Wish(request.shape(), request.selector(), request.hosts()),
            slots,
            machines,
            now);
    return new Plan(placement, Planner.jumphost(machines, now));
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
    String jumphost = requireCapacity(request, plan);
    ClusterSpec spec = withJumphost(tx, draft, jumphost);
    Cluster cluster = new Cluster(spec, newKey(), Optional.empty());
    tx.save(cluster);
    tx.save(Instance.pending(spec.id(), Instance.JUMPHOST, now));
    IntStream.range(0, spec.size()).forEach(i -> tx.save(Instance.pending(spec.id(), i, now)));
    Operation operation =
        new Operation(
            operationId(random),
            Operation.Kind.CREATE_CLUSTER,
            Operation.State.IN_PROGRESS,
            Optional.of(spec.id()),
            request.requestId(),
            now,
            Optional.empty(),
            "");
    tx.save(operation);
    VolumeWishes.attachHome(tx, spec.id(), now);
    tx.append(
        Event.of(
            now,
            spec.id().value(),
            "",
            "",
            "CREATED",
            spec.shape() + " x " + spec.size() + " for " + request.createdBy()));
    return new Intents.Created(operation, cluster, named(plan.placement(), spec.id()));
  }

  private static Placement named(Placement placement, ClusterId id) {
    List<Placement.Lease> leases = new ArrayList<>();
    for (int i = 0; i < placement.leases().size(); i++) {
      Placement.Lease lease = placement.leases().get(i);
      leases.add(new Placement.Lease(id.workerInstance(i), lease.machineId(), lease.machine()));
    }
    return new Placement(leases, placement.rejections(), placement.missing());
  }

  private static String requireCapacity(CreateRequest request, Plan plan) {
    Placement placement = plan.placement();
    if (!placement.isComplete()) {
      String none =
          placement.leases().isEmpty() ? "no worker is enrolled" : "no other worker is enrolled";
      String why = placement.rejections().isEmpty() ? none : placement.why();
      throw new RefusedException(
          Kind.NO_CAPACITY,
          request.shape().toString(),
          "no capacity for "
              + request.size()
              + " x "
              + request.shape()
              + ": "
              + placement.leases().size()
              + " of "
              + request.size()
              + " machines fit; "
              + why,
          "cox machine list shows what is there; ask for fewer with -n or another shape");
    }
    return plan.jumphost()
        .map(view -> view.machine().name())
        .orElseThrow(
            () ->
                new RefusedException(
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
        request.shape(),
        request.size(),
        request.publicKeys(),
        request.isDeletionProtected(),
        request.selector(),
        request.hosts(),
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
    return new ClusterSpec(
        spec.id(),
        spec.name(),
        spec.shape(),
        spec.size(),
        spec.publicKeys(),
        spec.isDeletionProtected(),
        spec.selector(),
        spec.hosts(),
        spec.uid(),
        port,
        jumphost,
        spec.intent(),
        spec.createdBy(),
        spec.createdAt());
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

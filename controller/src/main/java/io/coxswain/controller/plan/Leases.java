package io.coxswain.controller.plan;

import static io.coxswain.controller.lifecycle.InstanceState.PENDING;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Leases machines to the instances of a cluster that wait for one. */
final class Leases {
  private final World world;
  private final Cluster cluster;
  private final ClusterId id;
  private final Draft draft;
  private final Instant now;

  Leases(World world, Cluster cluster, Draft draft, Instant now) {
    this.world = world;
    this.cluster = cluster;
    this.id = cluster.spec().id();
    this.draft = draft;
    this.now = now;
  }

  void decide() {
    ClusterSpec spec = cluster.spec();
    world
        .jumphost(id)
        .filter(jumphost -> jumphost.state() == PENDING)
        .ifPresent(
            jumphost ->
                world.machines().values().stream()
                    .filter(
                        view ->
                            view.machine().name().equals(spec.jumphost())
                                && !view.machine().isRevoked())
                    .findFirst()
                    .ifPresentOrElse(
                        view -> lease(jumphost, view),
                        () -> wait(jumphost, "jumphost " + spec.jumphost() + " is not enrolled")));
    world.workers(id).stream()
        .filter(worker -> worker.state() == PENDING && worker.isReserved())
        .forEach(this::leaseReserved);
    spec.pools().forEach(this::lease);
  }

  private void lease(Nodepool pool) {
    List<Instance> waiting =
        world.workers(id).stream()
            .filter(worker -> worker.pool().equals(pool.name()))
            .filter(worker -> worker.state() == PENDING && !worker.isReserved())
            .toList();
    if (waiting.isEmpty()) {
      return;
    }
    Placement placement =
        Planner.place(
            Planner.Wish.of(pool),
            waiting.stream().map(Instance::name).toList(),
            world.machines().values().stream().filter(view -> !isTaken(view)).toList(),
            now);
    for (Instance instance : waiting) {
      placement.leases().stream()
          .filter(lease -> lease.instance().equals(instance.name()))
          .findFirst()
          .map(lease -> world.machines().get(lease.machineId()))
          .ifPresentOrElse(
              view -> lease(instance, view), () -> wait(instance, unfit(pool, placement.why())));
    }
  }

  /** Its machine was chosen with the cluster: it is the one that slurmctld runs on. */
  private void leaseReserved(Instance instance) {
    Optional.ofNullable(world.machines().get(instance.machineId()))
        .filter(view -> !view.machine().isRevoked())
        .ifPresentOrElse(
            view -> lease(instance, view),
            () -> wait(instance, "the machine kept for it is not trusted any more"));
  }

  private void lease(Instance instance, MachineView view) {
    Optional<MachineFacts> facts = view.seen().facts().filter(known -> !known.address().isEmpty());
    if (facts.isEmpty()) {
      wait(instance, view.machine().name() + ": " + Planner.NO_ADDRESS);
      return;
    }
    MachineFacts known = facts.get();
    List<Integer> minors = known.gpus().known().map(MachineFacts.Gpus::minors).orElse(List.of());
    Settled settled =
        new Settled(
            known.address(),
            known.cgroups().isWritable(),
            known.cgroups().version(),
            minors,
            "",
            // What its slot has promised stands until its machine is measured.
            instance.settled().nodeOptions(),
            false);
    draft.put(instance.leasing(view.machine().id()).settled(settled));
    draft.happen(
        instance,
        InstanceEvent.MACHINE_LEASED,
        view.machine().name() + " (" + known.address() + ")");
  }

  /** Whether another nodepool has it since this round began. */
  private boolean isTaken(MachineView view) {
    return world.workers(id).stream()
        .map(draft::current)
        .anyMatch(
            worker -> worker.machineId().equals(view.machine().id()) && view.leases().isEmpty());
  }

  private static String unfit(Nodepool pool, String why) {
    return "no machine fits " + pool.shape() + ": " + why;
  }

  /** Says at once why no machine is leased, and gives up when the time is over. */
  private void wait(Instance instance, String why) {
    GroupOutcome.Failure failure =
        new GroupOutcome.Failure(
            Elastics.NO_CAPACITY,
            why,
            List.of(),
            instance.isElastic()
                ? "free or mend a machine; the jobs wait in Slurm meanwhile"
                : "free or mend a machine, then: cox instance retry " + instance.name());
    if (instance.isElastic()) {
      draft.note(instance, InstanceEvent.NO_CAPACITY.name(), why);
      draft.put(Elastics.asleep(instance, now, slot -> Optional.of(failure)));
      return;
    }
    Instant deadline = instance.since().plus(Limits.PENDING);
    if (!now.isBefore(deadline)) {
      draft.happen(instance, InstanceEvent.NO_CAPACITY, why, Optional.of(failure));
    } else if (!instance.failure().equals(Optional.of(failure))) {
      draft.put(
          instance
              .in(PENDING, instance.since(), Optional.of(deadline))
              .because(Optional.of(failure)));
    }
  }
}

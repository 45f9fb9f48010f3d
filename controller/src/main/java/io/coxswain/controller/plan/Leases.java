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
    List<Instance> waiting =
        world.workers(id).stream().filter(worker -> worker.state() == PENDING).toList();
    if (waiting.isEmpty()) {
      return;
    }
    Planner.Wish wish = new Planner.Wish(spec.shape(), spec.selector(), spec.hosts());
    Placement placement =
        Planner.place(
            wish,
            waiting.stream().map(Instance::name).toList(),
            List.copyOf(world.machines().values()),
            now);
    for (Instance instance : waiting) {
      placement.leases().stream()
          .filter(lease -> lease.instance().equals(instance.name()))
          .findFirst()
          .map(lease -> world.machines().get(lease.machineId()))
          .ifPresentOrElse(
              view -> lease(instance, view), () -> wait(instance, unfit(placement.why())));
    }
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
            "",
            false);
    draft.put(instance.leasing(view.machine().id()).settled(settled));
    draft.happen(
        instance,
        InstanceEvent.MACHINE_LEASED,
        view.machine().name() + " (" + known.address() + ")");
  }

  private String unfit(String why) {
    return "no machine fits " + cluster.spec().shape() + ": " + why;
  }

  /** Says at once why no machine is leased, and gives up when the time is over. */
  private void wait(Instance instance, String why) {
    GroupOutcome.Failure failure =
        new GroupOutcome.Failure(
            "NO_CAPACITY",
            why,
            List.of(),
            "free or mend a machine, then: cox instance retry " + instance.name());
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

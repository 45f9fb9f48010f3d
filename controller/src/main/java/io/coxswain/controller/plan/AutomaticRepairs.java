package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Care;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks for the repairs that the site's policy allows, within its budget. */
final class AutomaticRepairs {
  static final String BY = "the site's policy";

  private final World world;
  private final RepairPolicy policy;
  private final Draft draft;
  private final Instant now;

  AutomaticRepairs(World world, RepairPolicy policy, Draft draft, Instant now) {
    this.world = world;
    this.policy = policy;
    this.draft = draft;
    this.now = now;
  }

  void decide() {
    if (policy.kinds().isEmpty()) {
      return;
    }
    world.clusters().values().stream()
        .map(Cluster::spec)
        .filter(spec -> !spec.intent().isDestroy())
        .sorted(Comparator.comparing(ClusterSpec::id))
        .forEach(this::of);
  }

  private void of(ClusterSpec spec) {
    List<Instance> workers = world.workers(spec.id());
    long budget = (long) workers.size() * policy.mostPercent() / 100;
    long busy = workers.stream().filter(this::isUnderRepair).count();
    for (Instance worker : workers) {
      MachineView view = world.machines().get(worker.machineId());
      if (busy >= budget || view == null || worker.state() != InstanceState.RUNNING) {
        continue;
      }
      Optional<Repair> wish = wish(spec, worker, view);
      if (wish.isPresent()) {
        Machine machine = draft.current(view.machine());
        draft.put(machine.with(machine.care().with(wish.get())));
        draft.note(machine, "REPAIR_ASKED", wish.get().work().words() + " by " + BY);
        busy++;
      }
    }
  }

  private boolean isUnderRepair(Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    return view != null && view.machine().care().repair().isPresent();
  }

  private Optional<Repair> wish(ClusterSpec spec, Instance worker, MachineView view) {
    Care care = draft.current(view.machine()).care();
    Optional<Hold> hold = worker.hold().filter(held -> !held.isRetesting());
    if (hold.isEmpty() || care.repair().isPresent() || !view.seen().isConnected()) {
      return Optional.empty();
    }
    return work(worker.cluster(), hold.get())
        .filter(work -> policy.kinds().contains(work.kind()))
        .filter(work -> mayBegin(care, work))
        .filter(
            work ->
                work.kind() != Repair.Kind.REPLACE
                    || (hasSpare(spec, worker) && !world.isBesideJumphost(worker)))
        .map(
            work ->
                Repair.asked(
                    "auto-" + view.machine().id() + "-" + now.toEpochMilli(), work, BY, now));
  }

  private static Optional<Repair.Work> work(ClusterId cluster, Hold hold) {
    return switch (hold.action()) {
      case RESET_GPU ->
          Hold.isGpu(hold.subject())
              ? Optional.of(Repair.Work.resetGpu(hold.subject()))
              : Optional.empty();
      case REBOOT -> Optional.of(Repair.Work.reboot());
      case REPLACE, HARDWARE -> Optional.of(Repair.Work.replace(cluster, false));
      case NONE -> Optional.empty();
    };
  }

  /** What was just tried and did not help is not tried again by itself. */
  private boolean mayBegin(Care care, Repair.Work work) {
    List<Care.Deed> same =
        care.done().stream()
            .filter(deed -> deed.kind() == work.kind())
            .filter(deed -> deed.subject().equals(work.subject()))
            .toList();
    boolean isSoon =
        same.stream().anyMatch(deed -> deed.at().plus(RepairPolicy.BETWEEN_TWO).isAfter(now));
    return !isSoon && same.size() < RepairPolicy.A_DAY;
  }

  private boolean hasSpare(ClusterSpec spec, Instance worker) {
    Planner.Wish wish = Planner.Wish.of(spec.poolOf(worker.pool()));
    return !Planner.place(wish, List.of(worker.name()), List.copyOf(world.machines().values()), now)
        .leases()
        .isEmpty();
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a cluster's jumphost does to single nodes of it, in Slurm. */
final class NodeGroups {
  private final World world;
  private final ClusterSteps steps;
  private final ClusterSpec spec;
  private final Instance jumphost;

  NodeGroups(World world, ClusterSteps steps, ClusterSpec spec, Instance jumphost) {
    this.world = world;
    this.steps = steps;
    this.spec = spec;
    this.jumphost = jumphost;
  }

  /** What keeps jobs from the worker's node, or takes the node away. */
  Optional<Group> keptBack(List<String> after, Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    return view != null && isLeaving(view.machine())
        ? Optional.of(gone(after, worker))
        : hold(after, worker);
  }

  private Group gone(List<String> after, Instance worker) {
    ClusterId id = worker.cluster();
    return new Group(
        GroupNames.gone(id, worker.name()),
        after,
        jumphost.retry(),
        List.of(
            new Step(
                "take " + worker.name() + " out of Slurm", new Want.NodeGone(id, worker.name()))));
  }

  // One on its way shows by the gate that it may have jobs, and one that ends has none.
  private Optional<Group> hold(List<String> after, Instance worker) {
    boolean isInPlace =
        switch (worker.state()) {
          case RUNNING, STOPPED, FAILED -> true;
          case PENDING, PROVISIONING, CONFIGURING, CONTAINER_CREATING, DESTROYING, DESTROYED ->
              false;
        };
    return worker
        .hold()
        .filter(hold -> isInPlace)
        .map(
            hold ->
                new Group(
                    GroupNames.hold(spec.id(), worker.name()),
                    after,
                    jumphost.retry(),
                    hold.isRetesting()
                        ? steps.release(spec, worker, hold)
                        : steps.hold(worker, hold)));
  }

  /** The acceptance checks of those nodepools that have nodes to prove. */
  List<Group> gates(Assignments assignments) {
    List<Group> gates = new ArrayList<>();
    for (Nodepool pool : spec.pools()) {
      List<Instance> nodes = Gates.ready(world, assignments, spec.id(), pool.name());
      if (!nodes.isEmpty()) {
        gates.add(gate(pool, nodes));
      }
    }
    return gates;
  }

  private Group gate(Nodepool pool, List<Instance> nodes) {
    int retries = jumphost.retry() + nodes.stream().mapToInt(Instance::retry).sum();
    ClusterId id = spec.id();
    List<String> after = new ArrayList<>(List.of(GroupNames.controller(id)));
    if (nodes.stream().anyMatch(world::isBesideJumphost)) {
      after.add(GroupNames.node(id));
    }
    return new Group(
        GroupNames.gate(id, pool.name()), after, retries, steps.gate(spec, pool, nodes));
  }

  private static boolean isLeaving(Machine machine) {
    return machine
        .care()
        .repair()
        .filter(wish -> wish.work().partsFromCluster())
        .filter(wish -> wish.state() == Repair.State.LEAVING)
        .isPresent();
  }
}

package io.coxswain.controller.plan;

import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges the acceptance checks of a cluster's nodepools, and with them its jumphost. */
final class Gates {
  private final World world;
  private final Cluster cluster;
  private final ClusterId id;
  private final Assignments assignments;
  private final Draft draft;

  Gates(World world, Cluster cluster, Assignments assignments, Draft draft) {
    this.world = world;
    this.cluster = cluster;
    this.id = cluster.spec().id();
    this.assignments = assignments;
    this.draft = draft;
  }

  /**
   * Nodes of a nodepool that are ready to be proven together; empty while another of it is still on
   * its way there.
   */
  static List<Instance> ready(
      World world, Assignments assignments, ClusterId cluster, String pool) {
    if (!world.isServing(cluster)) {
      return List.of();
    }
    List<Instance> ready = new ArrayList<>();
    for (Instance worker : world.workers(cluster)) {
      // Of an elastic one a job waits already: that it registers is its proof.
      if (!worker.pool().equals(pool) || worker.isElastic()) {
        continue;
      }
      switch (worker.state()) {
        case PENDING, PROVISIONING -> {
          return List.of();
        }
        case CONFIGURING -> {
          if (!mayBeProven(world, assignments, worker)) {
            return List.of();
          }
          ready.add(worker);
        }
        case CONTAINER_CREATING, RUNNING, STOPPED, DESTROYING, DESTROYED, FAILED -> {}
      }
    }
    return ready;
  }

  // On the jumphost's own machine the gate itself waits for the node's group: asked here, the
  // machine's assignment would follow from itself.
  private static boolean mayBeProven(World world, Assignments assignments, Instance worker) {
    return world.isBesideJumphost(worker)
        ? !worker.settled().nodeOptions().isEmpty()
        : assignments.isDone(worker, GroupNames.node(worker.cluster()));
  }

  void decide() {
    Optional<Instance> jumphost = world.jumphost(id);
    if (jumphost.isEmpty()) {
      return;
    }
    Instance host = jumphost.get();
    for (Nodepool pool : cluster.spec().pools()) {
      List<Instance> nodes = ready(world, assignments, id, pool.name());
      if (!nodes.isEmpty()) {
        assignments
            .outcome(host, GroupNames.gate(id, pool.name()))
            .ifPresent(told -> judge(host, nodes, told));
      }
    }
    boolean nobodyOnTheWay =
        world.workers(id).stream()
            .map(draft::current)
            .filter(worker -> !worker.isElastic())
            .noneMatch(worker -> worker.state().isTransient());
    if (host.state() == CONFIGURING
        && draft.current(host).settled().isServing()
        && nobodyOnTheWay) {
      draft.happen(host, InstanceEvent.CONFIGURED, "slurmctld serves; no node is on its way");
    }
  }

  private void judge(Instance jumphost, List<Instance> nodes, GroupOutcome told) {
    if (told.state() == GroupOutcome.State.DONE) {
      for (Instance node : nodes) {
        draft.put(draft.current(node).proven(told.evidence()).held(Optional.empty()));
        draft.happen(
            node,
            ImageGroups.afterProof(world, id),
            "proven: " + told.evidence().lines().findFirst().orElse(""));
      }
      draft.put(draft.current(jumphost).proven(told.evidence()));
      return;
    }
    if (told.state() == GroupOutcome.State.FAILED
        && told.attempt() >= Limits.GATE_ATTEMPTS
        && told.failure().isPresent()) {
      GroupOutcome.Failure failure = told.failure().get();
      List<Instance> named =
          nodes.stream().filter(node -> failure.message().contains(node.name())).toList();
      for (Instance node : named.isEmpty() ? nodes : named) {
        draft.happen(node, InstanceEvent.STEP_FAILED, failure.message(), Optional.of(failure));
      }
    }
  }
}

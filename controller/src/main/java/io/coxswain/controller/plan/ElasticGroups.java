package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.slurm.SlurmNodeState;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the jumphost's agent tells slurmctld of a cluster's elastic slots. */
record ElasticGroups(World world, ClusterSpec spec, Instance jumphost) {
  List<Group> groups() {
    List<Instance> slots =
        world.workers(spec.id()).stream()
            .filter(slot -> slot.isElastic() && !isParting(slot))
            .filter(slot -> !slot.settled().nodeOptions().isEmpty())
            .toList();
    List<Group> groups = new ArrayList<>();
    List<String> after = List.of(GroupNames.controller(spec.id()));
    // What slurmctld still has of slots that are no more is taken from it, too.
    if (spec.pools().stream().anyMatch(Nodepool::isElastic) || knowsSlots()) {
      groups.add(
          new Group(
              GroupNames.slots(spec.id()),
              after,
              jumphost.retry(),
              ElasticSteps.slots(spec, slots)));
    }
    for (Instance slot : slots) {
      refusal(slot)
          .map(
              why ->
                  new Group(
                      GroupNames.refused(spec.id(), slot.name()),
                      after,
                      jumphost.retry(),
                      ElasticSteps.refusal(slot, why)))
          .ifPresent(groups::add);
    }
    return groups;
  }

  // It is taken out of Slurm for good, or for another machine.
  private boolean isParting(Instance slot) {
    return Optional.ofNullable(world.machines().get(slot.machineId()))
        .flatMap(view -> view.machine().care().repair())
        .filter(wish -> wish.work().partsFromCluster() && !wish.isEnded())
        .isPresent();
  }

  private boolean knowsSlots() {
    ClusterId id = spec.id();
    return Optional.ofNullable(world.machines().get(jumphost.machineId()))
        .flatMap(view -> view.seen().facts())
        .flatMap(facts -> facts.slurmCluster(id.value()))
        .map(MachineFacts.SlurmCluster::nodes)
        .orElse(List.of())
        .stream()
        .anyMatch(node -> SlurmNodeState.parse(node.state()).flags().contains("CLOUD"));
  }

  /** Why no machine comes for the slot; short, as Slurm shows it. */
  private static Optional<String> refusal(Instance slot) {
    boolean isWithout =
        slot.isAsleep()
            || slot.state() == InstanceState.FAILED
            || slot.state() == InstanceState.DESTROYING;
    return slot.failure()
        .filter(failure -> isWithout)
        .map(GroupOutcome.Failure::reason)
        .map(
            reason ->
                reason.equals(Elastics.NO_CAPACITY)
                    ? "no free machine"
                    : "its machine could not be set up");
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ends operations whose work is done or cannot go on, and a cluster that is gone. */
final class OperationEnds {
  private final World world;
  private final Cluster cluster;
  private final Assignments assignments;
  private final Draft draft;
  private final Instant now;

  OperationEnds(World world, Cluster cluster, Assignments assignments, Draft draft, Instant now) {
    this.world = world;
    this.cluster = cluster;
    this.assignments = assignments;
    this.draft = draft;
    this.now = now;
  }

  void decide() {
    ClusterId id = cluster.spec().id();
    List<Instance> instances =
        world.of(id).stream()
            .filter(instance -> !draft.isRemoved(instance))
            .map(draft::current)
            .toList();
    for (Operation operation : world.operations()) {
      if (operation.isOf(id) && !world.mayRefuseEnd(id)) {
        switch (operation.kind()) {
          case CREATE_CLUSTER, RETRY_INSTANCE -> endOfSetUp(operation, instances);
          case DESTROY_CLUSTER -> endOfDestroy(operation, instances);
          case SCALE_CLUSTER, REMOVE_INSTANCE, CREATE_NODEPOOL, EDIT_NODEPOOL, DELETE_NODEPOOL ->
              endOfScaling(operation, instances);
          case APPLY_BUNDLE, ROLL_BACK_BUNDLE, TEST_NODES -> {}
          case POWER_MACHINE, STOP_INSTANCE, START_INSTANCE -> {}
          case ATTACH_VOLUME, DETACH_VOLUME, TEST_VOLUME -> {}
        }
      }
    }
    if (!instances.isEmpty() && instances.stream().allMatch(Decision::isEnded)) {
      draft.put(cluster.destroyed(now));
    }
  }

  /** Ends the request to destroy the cluster, which goes on. */
  void refuseDestroy(String why) {
    String name = cluster.spec().id().value();
    String message =
        "refused: "
            + why
            + ", or: cox cluster destroy "
            + name
            + " --drain lets running jobs end first, --force ends them";
    world.operations().stream()
        .filter(operation -> operation.isOf(cluster.spec().id()))
        .filter(operation -> operation.kind() == Operation.Kind.DESTROY_CLUSTER)
        .forEach(operation -> draft.put(operation.ended(Operation.State.FAILED, now, message)));
  }

  private void endOfSetUp(Operation operation, List<Instance> instances) {
    if (cluster.spec().intent().isDestroy()) {
      draft.put(operation.ended(Operation.State.CANCELLED, now, "the cluster is to go"));
      return;
    }
    if (instances.stream().anyMatch(OperationEnds::isOnItsWay)) {
      return;
    }
    Optional<Instance> failed =
        firstFailed(instances.stream().filter(instance -> !instance.isElastic()).toList());
    if (failed.isEmpty()) {
      draft.put(operation.ended(Operation.State.SUCCEEDED, now, "cox ssh " + login()));
    } else {
      long running =
          instances.stream()
              .filter(
                  instance -> instance.state() == InstanceState.RUNNING && !instance.isJumphost())
              .count();
      String message =
          failed.get().name()
              + ": "
              + text(failed.get())
              + " ("
              + running
              + " of "
              + cluster.spec().size()
              + " nodes run)";
      draft.put(operation.ended(Operation.State.FAILED, now, message));
    }
  }

  /** Where its users log in: the jumphost, or the node that is that besides. */
  private String login() {
    ClusterId id = cluster.spec().id();
    return world.workers(id).stream()
        .filter(world::isBesideJumphost)
        .map(Instance::name)
        .findFirst()
        .orElse(id.jumphostInstance());
  }

  private void endOfScaling(Operation operation, List<Instance> instances) {
    if (cluster.spec().intent().isDestroy()) {
      draft.put(operation.ended(Operation.State.CANCELLED, now, "the cluster is to go"));
      return;
    }
    // Elastic slots come and go by themselves, whatever is asked for.
    boolean isUnderWay =
        instances.stream()
            .filter(instance -> !instance.isJumphost())
            .anyMatch(instance -> isOnItsWay(instance) || isLeaving(instance));
    if (isUnderWay) {
      return;
    }
    List<GroupOutcome> untold = untold();
    Optional<GroupOutcome> givenUp =
        untold.stream().filter(told -> told.isGivenUp(Limits.ATTEMPTS)).findFirst();
    if (givenUp.isPresent()) {
      String why = givenUp.get().failure().map(GroupOutcome.Failure::message).orElse("failed");
      draft.put(operation.ended(Operation.State.FAILED, now, "slurmctld: " + why));
      return;
    }
    if (!isKnownToSlurmctld()) {
      return;
    }
    Optional<Instance> failed =
        instances.stream()
            .filter(instance -> instance.state() == InstanceState.FAILED && !instance.isElastic())
            .filter(instance -> instance.since().isAfter(operation.startedAt()))
            .findFirst();
    forgetPools(instances);
    int size = cluster.spec().size();
    draft.put(
        failed.isPresent()
            ? operation.ended(
                Operation.State.FAILED, now, failed.get().name() + ": " + text(failed.get()))
            : operation.ended(
                Operation.State.SUCCEEDED,
                now,
                "it has " + size + (size == 1 ? " node" : " nodes")));
  }

  /** Those that were to go, and whose last node has left. */
  private void forgetPools(List<Instance> instances) {
    List<Nodepool> left =
        cluster.spec().pools().stream()
            .filter(pool -> !pool.isEnding() || hasNodes(instances, pool))
            .toList();
    if (left.size() < cluster.spec().pools().size()) {
      draft.put(cluster.with(cluster.spec().withPools(left)));
    }
  }

  private static boolean isOnItsWay(Instance instance) {
    return instance.state().isTransient() && !instance.isElastic();
  }

  /** Whether its partitions and slots are what they are to be. */
  private boolean isKnownToSlurmctld() {
    return slurmctldGroups().stream()
        .allMatch(name -> assignments.isDone(world.jumphost(id()).orElseThrow(), name));
  }

  private List<GroupOutcome> untold() {
    return slurmctldGroups().stream()
        .flatMap(name -> assignments.outcome(world.jumphost(id()).orElseThrow(), name).stream())
        .filter(told -> told.state() != GroupOutcome.State.DONE)
        .toList();
  }

  /** What its jumphost is told of partitions and slots; none where no slurmctld serves. */
  private List<String> slurmctldGroups() {
    return world
        .jumphost(id())
        .filter(jumphost -> world.isServing(id()) && jumphost.state() != InstanceState.FAILED)
        .map(
            jumphost ->
                assignments.groups(jumphost.machineId()).stream()
                    .map(Assignment.Group::name)
                    .filter(
                        name ->
                            name.equals(GroupNames.controller(id()))
                                || name.equals(GroupNames.slots(id())))
                    .toList())
        .orElse(List.of());
  }

  private ClusterId id() {
    return cluster.spec().id();
  }

  private static boolean hasNodes(List<Instance> instances, Nodepool pool) {
    return instances.stream().anyMatch(instance -> instance.pool().equals(pool.name()));
  }

  private boolean isLeaving(Instance instance) {
    MachineView view = world.machines().get(instance.machineId());
    return view != null
        && view.machine()
            .care()
            .repair()
            .filter(wish -> wish.work().kind() == Repair.Kind.LEAVE && !wish.isEnded())
            .isPresent();
  }

  private void endOfDestroy(Operation operation, List<Instance> instances) {
    if (instances.stream().allMatch(Decision::isEnded)) {
      String left = LeftBehind.names(cluster.spec().id(), world);
      draft.put(
          operation.ended(
              Operation.State.SUCCEEDED,
              now,
              left.isEmpty()
                  ? "machines are available again"
                  : "machines are available again but for "
                      + left
                      + ": off, and cleaned when up again"));
      return;
    }
    // Workers wait for the jumphost; when it has failed they wait for somebody to ask again.
    boolean isStuck =
        instances.stream()
                .anyMatch(
                    instance -> instance.isJumphost() && instance.state() == InstanceState.FAILED)
            || instances.stream().noneMatch(instance -> instance.state().isTransient());
    Optional<Instance> failed =
        firstFailed(instances).filter(instance -> instance.since().isAfter(operation.startedAt()));
    if (isStuck && failed.isPresent()) {
      draft.put(
          operation.ended(
              Operation.State.FAILED, now, failed.get().name() + ": " + text(failed.get())));
    }
  }

  private static Optional<Instance> firstFailed(List<Instance> instances) {
    return instances.stream()
        .filter(instance -> instance.state() == InstanceState.FAILED)
        .findFirst();
  }

  private static String text(Instance instance) {
    return instance.failure().map(GroupOutcome.Failure::message).orElse("failed");
  }
}

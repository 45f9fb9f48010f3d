package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ends operations whose work is done or cannot go on, and a cluster that is gone. */
final class OperationEnds {
  private final World world;
  private final Cluster cluster;
  private final Draft draft;
  private final Instant now;

  OperationEnds(World world, Cluster cluster, Draft draft, Instant now) {
    this.world = world;
    this.cluster = cluster;
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
          case SCALE_CLUSTER, REMOVE_INSTANCE -> endOfScaling(operation, instances);
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
    if (instances.stream().anyMatch(instance -> instance.state().isTransient())) {
      return;
    }
    Optional<Instance> failed = firstFailed(instances);
    if (failed.isEmpty()) {
      draft.put(
          operation.ended(
              Operation.State.SUCCEEDED, now, "cox ssh " + cluster.spec().id().jumphostInstance()));
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

  private void endOfScaling(Operation operation, List<Instance> instances) {
    if (cluster.spec().intent().isDestroy()) {
      draft.put(operation.ended(Operation.State.CANCELLED, now, "the cluster is to go"));
      return;
    }
    boolean isUnderWay =
        instances.stream()
            .filter(instance -> !instance.isJumphost())
            .anyMatch(instance -> instance.state().isTransient() || isLeaving(instance));
    if (isUnderWay) {
      return;
    }
    Optional<Instance> failed =
        instances.stream()
            .filter(instance -> instance.state() == InstanceState.FAILED)
            .filter(instance -> instance.since().isAfter(operation.startedAt()))
            .findFirst();
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
      draft.put(operation.ended(Operation.State.SUCCEEDED, now, "machines are available again"));
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

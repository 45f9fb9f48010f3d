package io.coxswain.controller.plan;

import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;
import static io.coxswain.controller.lifecycle.InstanceState.CONTAINER_CREATING;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYED;
import static io.coxswain.controller.lifecycle.InstanceState.DESTROYING;
import static io.coxswain.controller.lifecycle.InstanceState.FAILED;
import static io.coxswain.controller.lifecycle.InstanceState.PROVISIONING;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.slurm.NodeOptions;
import io.coxswain.controller.slurm.SlurmSettings;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What has happened to one cluster, decided from all that is wanted and seen. Pure; deciding twice
 * decides nothing new.
 */
public final class Decision {
  private final World world;
  private final Cluster cluster;
  private final ClusterId id;
  private final Assignments assignments;
  private final Instant now;
  private final Draft draft;
  private final Holds holds;
  private final NodeRepairs repairs;
  private final Stops stops;
  private final Elastics elastics;

  private Decision(World world, Cluster cluster, Assignments assignments, Instant now) {
    this.world = world;
    this.cluster = cluster;
    this.id = cluster.spec().id();
    this.assignments = assignments;
    this.now = now;
    this.draft = new Draft(world, now);
    this.holds = new Holds(world, assignments, draft, now);
    this.repairs = new NodeRepairs(world, assignments, draft, holds, now);
    this.elastics = new Elastics(world, cluster, assignments, draft, now);
    this.stops = new Stops(world, assignments, draft, holds, now);
  }

  /** Changes due now; empty when there is nothing to do but wait. */
  public static Changes decide(World world, ClusterId id, Assignments assignments, Instant now) {
    Cluster cluster = world.clusters().get(id);
    if (cluster == null || cluster.destroyedAt().isPresent()) {
      return Changes.NONE;
    }
    Decision decision = new Decision(world, cluster, assignments, now);
    if (cluster.spec().intent().isDestroy()) {
      decision.end();
    } else {
      new Leases(world, cluster, decision.draft, now).decide();
    }
    for (Instance instance : world.of(id)) {
      decision.advance(instance);
    }
    new Gates(world, cluster, assignments, decision.draft).decide();
    new OperationEnds(world, cluster, assignments, decision.draft, now).decide();
    return decision.draft.changes();
  }

  /**
   * Sends all that is not yet ending on its way out; before that, where jobs may refuse it, asks
   * for them.
   */
  private void end() {
    if (world.mayRefuseEnd(id)) {
      world.jumphost(id).ifPresent(this::ask);
      return;
    }
    Optional<Operation> asked =
        world.operations().stream()
            .filter(
                operation ->
                    operation.isOf(id) && operation.kind() == Operation.Kind.DESTROY_CLUSTER)
            .findFirst();
    for (Instance instance : world.of(id)) {
      // One that failed while ending is not sent again until somebody asks again.
      boolean failedWhileEnding =
          instance.state() == FAILED
              && asked.map(o -> instance.since().isAfter(o.startedAt())).orElse(true);
      if (!failedWhileEnding) {
        destroy(instance);
      }
    }
  }

  private void destroy(Instance instance) {
    LeftBehind.leaveIfOff(instance, world, draft, now);
    draft.happen(instance, InstanceEvent.DESTROY, "cluster " + cluster.spec().name() + " is to go");
  }

  private void advance(Instance instance) {
    if (instance.isElastic() && !cluster.spec().intent().isDestroy() && elastics.has(instance)) {
      return;
    }
    boolean isStopping = stops.has(instance);
    switch (instance.state()) {
      case PROVISIONING -> provision(instance);
      case CONFIGURING -> configure(instance);
      case CONTAINER_CREATING -> contain(instance);
      case DESTROYING -> {
        if (!isLeavingAlone(instance) || !repairs.has(instance)) {
          clean(instance);
        }
      }
      case RUNNING -> {
        if (!isStopping && !repairs.has(instance)) {
          holds.judge(instance);
        }
      }
      case FAILED -> repairs.has(instance);
      case PENDING, STOPPED, DESTROYED -> {}
    }
  }

  private void provision(Instance instance) {
    if (fails(instance, GroupNames.HOST, InstanceEvent.STEP_FAILED, Limits.ATTEMPTS)
        || isOverdue(instance)) {
      return;
    }
    settle(instance)
        .filter(settled -> isKnownToSlurmctld(instance))
        .ifPresent(
            settled -> {
              draft.put(draft.current(instance).settled(settled));
              draft.happen(
                  instance,
                  InstanceEvent.HOST_READY,
                  "Slurm " + settled.slurmVersion() + " is installed");
            });
  }

  // Its slurmd reads gres.conf at its start: the one that has its devices.
  private boolean isKnownToSlurmctld(Instance instance) {
    return instance.isJumphost()
        || !world.isServing(id)
        || world
            .jumphost(id)
            .filter(jumphost -> !assignments.isDone(jumphost, GroupNames.controller(id)))
            .isEmpty();
  }

  /** What is settled when the packages are in place; empty while they are not. */
  private Optional<Settled> settle(Instance instance) {
    if (!assignments.isDone(instance, GroupNames.HOST)) {
      return Optional.empty();
    }
    MachineView view = world.machines().get(instance.machineId());
    Optional<MachineFacts.Slurm> slurm =
        view == null ? Optional.empty() : view.seen().facts().flatMap(MachineFacts::slurm);
    return slurm.map(
        facts ->
            instance
                .settled()
                .withSlurm(
                    facts.version(), instance.isJumphost() ? "" : nodeOptions(instance, facts)));
  }

  private String nodeOptions(Instance instance, MachineFacts.Slurm measured) {
    Nodepool pool = cluster.spec().poolOf(instance.pool());
    return NodeOptions.of(measured, pool.shape(), SlurmSettings.feature(id, pool.name())).render();
  }

  private void configure(Instance instance) {
    if (fails(instance, GroupNames.HOST, InstanceEvent.STEP_FAILED, Limits.ATTEMPTS)
        || holds.fails(instance)) {
      return;
    }
    if (instance.settled().slurmVersion().isEmpty()) {
      // A retry of one whose packages never came in place.
      settle(instance).ifPresent(settled -> draft.put(instance.settled(settled)));
      isOverdue(instance);
      return;
    }
    if (instance.isElastic()
        && world.image(id).isPresent()
        && !assignments.isDone(instance, GroupNames.image(id))) {
      // Its slurmd waits for the image, which may take longer than a node's set-up.
      fails(instance, GroupNames.image(id), InstanceEvent.STEP_FAILED, Limits.ATTEMPTS);
      return;
    }
    String group = instance.isJumphost() ? GroupNames.controller(id) : GroupNames.node(id);
    if (fails(instance, group, InstanceEvent.STEP_FAILED, Limits.ATTEMPTS) || isOverdue(instance)) {
      return;
    }
    if (instance.isJumphost()
        && !instance.settled().isServing()
        && assignments.isDone(instance, group)) {
      draft.put(instance.settled(instance.settled().serving(true)));
      draft.note(instance, "SERVING", "slurmctld takes nodes");
    }
    if (!instance.isJumphost() && !world.isServing(id) && jumphostFailed()) {
      GroupOutcome.Failure failure =
          new GroupOutcome.Failure(
              "JUMPHOST_FAILED",
              id.jumphostInstance() + " failed, so there is no slurmctld to join",
              List.of(),
              "cox why " + id.jumphostInstance());
      draft.happen(instance, InstanceEvent.STEP_FAILED, failure.message(), Optional.of(failure));
    }
  }

  private void contain(Instance instance) {
    configure(instance);
    if (draft.current(instance).state() == CONTAINER_CREATING
        && !fails(instance, GroupNames.image(id), InstanceEvent.STEP_FAILED, Limits.ATTEMPTS)
        && assignments.isDone(instance, GroupNames.image(id))) {
      draft.happen(instance, InstanceEvent.IMAGE_READY, "its image is unpacked");
    }
  }

  private boolean jumphostFailed() {
    return world.jumphost(id).map(jumphost -> jumphost.state() == FAILED).orElse(true);
  }

  private boolean isLeavingAlone(Instance instance) {
    return !cluster.spec().intent().isDestroy() && !instance.isJumphost();
  }

  private void clean(Instance instance) {
    if (!instance.hasMachine() || instance.isReserved()) {
      draft.put(instance.leasing(""));
      cleaned(instance, "it had no machine");
      return;
    }
    if (instance.isJumphost() && instance.settled().isServing()) {
      quiesce(instance);
      return;
    }
    boolean mayBegin =
        isLeavingAlone(instance)
            || (!world.isServing(id)
                && (!isOfJumphost(instance) || !world.isNodeEndingElsewhere(id)));
    if (!mayBegin) {
      return;
    }
    if (instance.deadline().isEmpty()) {
      draft.put(instance.in(DESTROYING, instance.since(), Optional.of(now.plus(Limits.CLEANING))));
      return;
    }
    if (assignments.isDone(instance, GroupNames.clean(id)) && isForgotten(instance)) {
      cleaned(instance, "verified");
    } else if (!fails(
        instance, GroupNames.clean(id), InstanceEvent.CLEAN_FAILED, Limits.ATTEMPTS)) {
      isOverdue(instance);
    }
  }

  /** Whether what clusters share on a jumphost was looked at once more without this one. */
  private boolean isForgotten(Instance instance) {
    MachineView view = world.machines().get(instance.machineId());
    return !instance.isJumphost()
        // Its machine is the cluster's alone: there is nothing that clusters share.
        || (view != null && view.machine().role() == Machine.Role.WORKER)
        || hasFailed(instance, GroupNames.HOST)
        || (assignments.isDone(instance, GroupNames.HOST)
            && (assignments.isDone(instance, GroupNames.SLURM_DEFAULT)
                || hasFailed(instance, GroupNames.SLURM_DEFAULT)));
  }

  private boolean hasFailed(Instance instance, String group) {
    return assignments
        .outcome(instance, group)
        .filter(told -> told.state() == GroupOutcome.State.FAILED)
        .isPresent();
  }

  private void cleaned(Instance instance, String why) {
    draft.happen(instance, InstanceEvent.CLEANED, why);
    if (isLeavingAlone(instance)) {
      if (instance.isElastic() && !repairs.isLeaving(instance)) {
        draft.put(Elastics.asleep(instance, now, Instance::failure));
      } else {
        draft.remove(instance);
      }
    }
  }

  /** Whether it goes last: what the other nodes' ends need is on its machine. */
  private boolean isOfJumphost(Instance instance) {
    return instance.isJumphost() || world.isBesideJumphost(instance);
  }

  /** Ends the jumphost's service when it has no jobs; else the end is refused and all goes on. */
  private void ask(Instance jumphost) {
    Optional<GroupOutcome> outcome = assignments.outcome(jumphost, GroupNames.quiesce(id));
    if (assignments.isDone(jumphost, GroupNames.quiesce(id))) {
      draft.put(jumphost.settled(jumphost.settled().serving(false)));
      draft.note(jumphost, "QUIESCED", "it has no more jobs");
      world.of(id).forEach(this::destroy);
      return;
    }
    outcome
        .filter(told -> told.isBlocked() || told.isGivenUp(Limits.ATTEMPTS))
        .ifPresent(told -> refuse(jumphost, told));
  }

  private void refuse(Instance jumphost, GroupOutcome told) {
    String failure = told.failure().map(GroupOutcome.Failure::message).orElse("");
    String why =
        told.isBlocked()
            ? failure + "; wait for them"
            : "whether it has jobs is not known: " + failure + "; cox why " + jumphost.name();
    draft.put(cluster.with(cluster.spec().withIntent(ClusterSpec.Intent.RUN)));
    draft.note(jumphost, "DESTROY_REFUSED", failure);
    new OperationEnds(world, cluster, assignments, draft, now).refuseDestroy(why);
  }

  private void quiesce(Instance jumphost) {
    boolean byForce = cluster.spec().intent() == ClusterSpec.Intent.DESTROY_WITH_JOBS;
    MachineView view = world.machines().get(jumphost.machineId());
    boolean isSilent = view == null || !view.seen().isConnected();
    Optional<GroupOutcome> outcome = assignments.outcome(jumphost, GroupNames.quiesce(id));
    boolean isGivenUp = outcome.filter(told -> told.isGivenUp(Limits.ATTEMPTS)).isPresent();
    if (assignments.isDone(jumphost, GroupNames.quiesce(id))
        || (byForce && (isSilent || isGivenUp))) {
      draft.put(jumphost.settled(jumphost.settled().serving(false)));
      draft.note(
          jumphost, "QUIESCED", byForce ? "its jobs were ended by force" : "it has no more jobs");
    } else {
      fails(jumphost, GroupNames.quiesce(id), InstanceEvent.CLEAN_FAILED, Limits.ATTEMPTS);
    }
  }

  /** Whether the group failed for good; then the event has happened. */
  private boolean fails(Instance instance, String group, InstanceEvent event, int attempts) {
    Optional<GroupOutcome> outcome =
        assignments.outcome(instance, group).filter(told -> told.isGivenUp(attempts));
    outcome
        .flatMap(GroupOutcome::failure)
        .ifPresent(
            failure -> {
              String message =
                  draft.machineName(instance)
                      + ": "
                      + outcome.get().step()
                      + ": "
                      + failure.message();
              draft.happen(
                  instance,
                  event,
                  message,
                  Optional.of(
                      new GroupOutcome.Failure(
                          failure.reason(), message, failure.tail(), failure.nextAction())));
            });
    return outcome.isPresent();
  }

  private boolean isOverdue(Instance instance) {
    return Deadlines.hasPassed(instance, world, draft, now);
  }

  static boolean isEnded(Instance instance) {
    return instance.state() == DESTROYED;
  }
}

package io.coxswain.controller.plan;

import static io.coxswain.controller.lifecycle.InstanceState.CONFIGURING;
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
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.slurm.NodeOptions;
import io.coxswain.controller.slurm.SlurmSettings;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
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

  private Decision(World world, Cluster cluster, Assignments assignments, Instant now) {
    this.world = world;
    this.cluster = cluster;
    this.id = cluster.spec().id();
    this.assignments = assignments;
    this.now = now;
    this.draft = new Draft(world, now);
    this.holds = new Holds(world, assignments, draft, now);
    this.repairs = new NodeRepairs(world, assignments, draft, holds, now);
    this.stops = new Stops(world, assignments, draft, holds, now);
  }

  /** Changes due now; empty when there is nothing to do but wait. */
  public static Changes decide(World world, ClusterId id, Assignments assignments, Instant now) {
    Cluster cluster = world.clusters().get(id);
    if (cluster == null) {
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
    decision.gate();
    new OperationEnds(world, cluster, decision.draft, now).decide();
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
    draft.happen(instance, InstanceEvent.DESTROY, "cluster " + cluster.spec().name() + " is to go");
  }

  private void advance(Instance instance) {
    boolean isStopping = stops.has(instance);
    switch (instance.state()) {
      case PROVISIONING -> provision(instance);
      case CONFIGURING, CONTAINER_CREATING -> configure(instance);
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
        .ifPresent(
            settled -> {
              draft.put(draft.current(instance).settled(settled));
              draft.happen(
                  instance,
                  InstanceEvent.HOST_READY,
                  "Slurm " + settled.slurmVersion() + " is installed");
            });
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
                .withSlurm(facts.version(), instance.isJumphost() ? "" : nodeOptions(facts)));
  }

  private String nodeOptions(MachineFacts.Slurm measured) {
    return NodeOptions.of(
            measured, cluster.spec().shape(), SlurmSettings.feature(id, SlurmSettings.PARTITION))
        .render();
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
    boolean isStranded = !instance.isJumphost() && !world.isServing(id) && jumphostFailed();
    if (isStranded) {
      GroupOutcome.Failure failure =
          new GroupOutcome.Failure(
              "JUMPHOST_FAILED",
              id.jumphostInstance() + " failed, so there is no slurmctld to join",
              List.of(),
              "cox why " + id.jumphostInstance());
      draft.happen(instance, InstanceEvent.STEP_FAILED, failure.message(), Optional.of(failure));
    }
  }

  private boolean jumphostFailed() {
    return world.jumphost(id).map(jumphost -> jumphost.state() == FAILED).orElse(true);
  }

  /** Judges the acceptance check, and with it the jumphost. */
  private void gate() {
    List<Instance> nodes = assignments.gate(id);
    Optional<Instance> jumphost = world.jumphost(id);
    if (jumphost.isEmpty()) {
      return;
    }
    Instance host = jumphost.get();
    Optional<GroupOutcome> outcome =
        nodes.isEmpty() ? Optional.empty() : assignments.outcome(host, GroupNames.gate(id));
    outcome.ifPresent(told -> judge(host, nodes, told));
    boolean nobodyOnTheWay =
        world.workers(id).stream()
            .map(draft::current)
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
        draft.happen(node, InstanceEvent.CONFIGURED, "proven: " + firstLine(told.evidence()));
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

  /** Whether it leaves a cluster that stays. */
  private boolean isLeavingAlone(Instance instance) {
    return !cluster.spec().intent().isDestroy() && !instance.isJumphost();
  }

  private void clean(Instance instance) {
    if (!instance.hasMachine()) {
      cleaned(instance, "it had no machine");
      return;
    }
    if (instance.isJumphost() && instance.settled().isServing()) {
      quiesce(instance);
      return;
    }
    boolean mayBegin =
        isLeavingAlone(instance)
            || (!world.isServing(id) && (!instance.isJumphost() || noWorkerEnding()));
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
    return !instance.isJumphost()
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
      draft.remove(instance);
    }
  }

  private boolean noWorkerEnding() {
    return world.workers(id).stream().noneMatch(worker -> worker.state() == DESTROYING);
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
    new OperationEnds(world, cluster, draft, now).refuseDestroy(why);
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
    if (instance.deadline().isEmpty() || now.isBefore(instance.deadline().get())) {
      return false;
    }
    MachineView view = world.machines().get(instance.machineId());
    String link =
        view == null
            ? "has no machine"
            : draft.machineName(instance) + " is " + view.seen().link(now);
    String message =
        instance.state()
            + " took longer than it may, until "
            + instance.deadline().get()
            + "; "
            + link;
    GroupOutcome.Failure failure =
        new GroupOutcome.Failure(
            "DEADLINE_PASSED",
            message,
            List.of(),
            "cox why " + instance.name() + ", then: cox instance retry " + instance.name());
    draft.happen(instance, InstanceEvent.DEADLINE_PASSED, message, Optional.of(failure));
    return true;
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  static boolean isEnded(Instance instance) {
    return instance.state() == DESTROYED;
  }
}

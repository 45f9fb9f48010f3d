package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Health;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster;
import io.coxswain.controller.observed.Seen;
import io.coxswain.v1.Failure;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.StepOutcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** An instance with its four axes, which come from four places and are never mixed. */
public final class InstanceToWire {
  private InstanceToWire() {}

  /** The machine that an instance leases, and what is known of it. */
  public record Lease(Machine machine, Seen seen) {}

  /**
   * Maps an instance and what is known of its machine.
   *
   * @param lease empty while it has no machine
   * @param slurm what its cluster's slurmctld says; empty when nobody told
   */
  public static io.coxswain.v1.Instance instance(
      Instance instance,
      String shape,
      Optional<Lease> lease,
      Optional<SlurmCluster> slurm,
      Instant now) {
    io.coxswain.v1.Instance.Builder wire =
        io.coxswain.v1.Instance.newBuilder()
            .setName(instance.name())
            .setClusterId(instance.cluster().value())
            .setLifecycle(lifecycle(instance.state()))
            .setShape(instance.isJumphost() ? "" : shape)
            .setAddress(instance.settled().address())
            .setSince(Times.wire(instance.since()))
            .setNodepool(instance.pool())
            .setElastic(instance.isElastic())
            .setIsJumphost(instance.isJumphost())
            .setEvidence(instance.evidence());
    instance.deadline().ifPresent(deadline -> wire.setDeadline(Times.wire(deadline)));
    instance.failure().ifPresent(failure -> wire.setFailure(failure(failure)));
    slurm.ifPresent(told -> scheduler(wire, instance, told));
    lease.ifPresent(leased -> lease(wire, instance, leased, now));
    return wire.build();
  }

  private static void lease(
      io.coxswain.v1.Instance.Builder wire, Instance instance, Lease lease, Instant now) {
    Seen seen = lease.seen();
    wire.setMachine(lease.machine().name())
        .setLink(MachineToWire.link(seen.link(lease.machine(), now)))
        .setHealth(MachineToWire.health(Health.of(seen.facts()).level()));
    if (wire.getAddress().isEmpty()) {
      wire.setAddress(seen.facts().map(MachineFacts::address).orElse(""));
    }
    Progress progress = Progress.of(seen.outcomes().values(), instance.cluster().value());
    progress.outcomes().stream()
        .flatMap(outcome -> outcome.steps().stream())
        .forEach(step -> wire.addSteps(step(step)));
    boolean isOnTheWay = instance.state().isTransient();
    if (isOnTheWay || instance.state() == InstanceState.FAILED) {
      progress.current().ifPresent(current -> current(wire, current));
    }
    if (isOnTheWay && !wire.hasFailure()) {
      progress.failure().ifPresent(failure -> wire.setFailure(failure(failure)));
    }
  }

  private static void current(io.coxswain.v1.Instance.Builder wire, GroupOutcome outcome) {
    wire.setStep(outcome.step())
        .setStepNumber(outcome.stepNumber())
        .setStepCount(outcome.stepCount())
        .setAttempt(outcome.attempt())
        .setWaitingFor(outcome.waitingFor());
  }

  // A jumphost is no node: its scheduler is the slurmctld itself.
  private static void scheduler(
      io.coxswain.v1.Instance.Builder wire, Instance instance, SlurmCluster slurm) {
    if (instance.isJumphost()) {
      wire.setScheduler(slurm.isReachable() ? "UP" : "DOWN").setSchedulerReason(slurm.error());
      return;
    }
    slurm.nodes().stream()
        .filter(node -> node.name().equals(instance.name()))
        .findFirst()
        .ifPresent(node -> wire.setScheduler(node.state()).setSchedulerReason(node.reason()));
  }

  static Failure failure(GroupOutcome.Failure failure) {
    return Failure.newBuilder()
        .setReason(failure.reason())
        .setMessage(failure.message())
        .addAllTail(failure.tail())
        .setNextAction(failure.nextAction())
        .build();
  }

  private static StepOutcome step(GroupOutcome.StepTime step) {
    StepOutcome.Result result =
        Arrays.stream(StepOutcome.Result.values())
            .filter(known -> known.name().equals(step.result()))
            .findFirst()
            .orElse(StepOutcome.Result.RESULT_UNSPECIFIED);
    // UNRECOGNIZED has no number and cannot be set.
    return StepOutcome.newBuilder()
        .setStep(step.step())
        .setResult(
            result == StepOutcome.Result.UNRECOGNIZED
                ? StepOutcome.Result.RESULT_UNSPECIFIED
                : result)
        .setMillis((int) Math.min(step.millis(), Integer.MAX_VALUE))
        .build();
  }

  public static Lifecycle lifecycle(InstanceState state) {
    return switch (state) {
      case PENDING -> Lifecycle.PENDING;
      case PROVISIONING -> Lifecycle.PROVISIONING;
      case CONFIGURING -> Lifecycle.CONFIGURING;
      case CONTAINER_CREATING -> Lifecycle.CONTAINER_CREATING;
      case RUNNING -> Lifecycle.RUNNING;
      case STOPPED -> Lifecycle.STOPPED;
      case DESTROYING -> Lifecycle.DESTROYING;
      case DESTROYED -> Lifecycle.DESTROYED;
      case FAILED -> Lifecycle.FAILED;
    };
  }
}

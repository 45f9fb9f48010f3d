package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.Optional;

/**
 * A slot of a cluster, with its lifecycle. Its name is the Slurm NodeName and, while leased, the
 * machine's host name.
 *
 * @param index 0, 1, 2 … of a worker; -1 of the jumphost
 * @param machineId the leased machine; empty when none
 * @param since when it came into its state
 * @param deadline when a transient state is given up
 * @param retry grows with every retry that somebody asked for
 * @param failure why it is FAILED
 * @param evidence what its acceptance check measured
 * @param settled what was measured of its machine when it was set up
 * @param hold why its node is kept from jobs; empty when we do not
 */
public record Instance(
    String name,
    ClusterId cluster,
    int index,
    InstanceState state,
    String machineId,
    Instant since,
    Optional<Instant> deadline,
    int retry,
    Optional<GroupOutcome.Failure> failure,
    String evidence,
    Settled settled,
    Optional<Hold> hold) {

  public static final int JUMPHOST = -1;

  public static Instance pending(ClusterId cluster, int index, Instant now) {
    String name = index == JUMPHOST ? cluster.jumphostInstance() : cluster.workerInstance(index);
    return new Instance(
        name,
        cluster,
        index,
        InstanceState.PENDING,
        "",
        now,
        Optional.empty(),
        0,
        Optional.empty(),
        "",
        Settled.NOTHING,
        Optional.empty());
  }

  public boolean isJumphost() {
    return index == JUMPHOST;
  }

  public boolean hasMachine() {
    return !machineId.isEmpty();
  }

  public Instance in(InstanceState state, Instant since, Optional<Instant> deadline) {
    return new Instance(
        name, cluster, index, state, machineId, since, deadline, retry, failure, evidence, settled,
        hold);
  }

  /** Another machine, or none: what kept the one before from jobs is not this one's. */
  public Instance leasing(String machineId) {
    return new Instance(
        name,
        cluster,
        index,
        state,
        machineId,
        since,
        deadline,
        retry,
        failure,
        evidence,
        settled,
        Optional.empty());
  }

  public Instance retried() {
    return new Instance(
        name,
        cluster,
        index,
        state,
        machineId,
        since,
        deadline,
        retry + 1,
        Optional.empty(),
        evidence,
        settled,
        hold);
  }

  public Instance because(Optional<GroupOutcome.Failure> failure) {
    return new Instance(
        name, cluster, index, state, machineId, since, deadline, retry, failure, evidence, settled,
        hold);
  }

  public Instance proven(String evidence) {
    return new Instance(
        name, cluster, index, state, machineId, since, deadline, retry, failure, evidence, settled,
        hold);
  }

  public Instance settled(Settled settled) {
    return new Instance(
        name, cluster, index, state, machineId, since, deadline, retry, failure, evidence, settled,
        hold);
  }

  public Instance held(Optional<Hold> hold) {
    return new Instance(
        name, cluster, index, state, machineId, since, deadline, retry, failure, evidence, settled,
        hold);
  }
}

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
 * @param pool name of its nodepool; empty of the jumphost
 * @param isElastic whether it has a machine only while jobs want one
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
    String pool,
    boolean isElastic,
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

  public static Instance jumphost(ClusterId cluster, Instant now) {
    return pending(cluster, JUMPHOST, "", now);
  }

  public static Instance pending(ClusterId cluster, int index, String pool, Instant now) {
    return made(cluster, index, pool, false, now);
  }

  /** One that has a machine only while jobs want one, and has none yet. */
  public static Instance slot(ClusterId cluster, int index, String pool, Instant now) {
    return made(cluster, index, pool, true, now);
  }

  private static Instance made(
      ClusterId cluster, int index, String pool, boolean isElastic, Instant now) {
    return new Instance(
        index == JUMPHOST ? cluster.jumphostInstance() : cluster.workerInstance(index),
        cluster,
        index,
        pool,
        isElastic,
        isElastic ? InstanceState.STOPPED : InstanceState.PENDING,
        "",
        now,
        Optional.empty(),
        0,
        Optional.empty(),
        "",
        Settled.NOTHING,
        Optional.empty());
  }

  /** Whether it waits for jobs that want a machine. */
  public boolean isAsleep() {
    return isElastic && state == InstanceState.STOPPED && !hasMachine();
  }

  public boolean isJumphost() {
    return index == JUMPHOST;
  }

  public boolean hasMachine() {
    return !machineId.isEmpty();
  }

  /** Whether its machine is only kept for it: nothing of the cluster was brought there yet. */
  public boolean isReserved() {
    return switch (state) {
      case PENDING, FAILED, DESTROYING -> hasMachine() && settled.address().isEmpty();
      case PROVISIONING, CONFIGURING, CONTAINER_CREATING, RUNNING, STOPPED, DESTROYED -> false;
    };
  }

  public Instance in(InstanceState state, Instant since, Optional<Instant> deadline) {
    return new Instance(
        name, cluster, index, pool, isElastic, state, machineId, since, deadline, retry, failure,
        evidence, settled, hold);
  }

  /** Another machine, or none: what kept the one before from jobs is not this one's. */
  public Instance leasing(String machineId) {
    return new Instance(
        name,
        cluster,
        index,
        pool,
        isElastic,
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
        pool,
        isElastic,
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
        name, cluster, index, pool, isElastic, state, machineId, since, deadline, retry, failure,
        evidence, settled, hold);
  }

  public Instance proven(String evidence) {
    return new Instance(
        name, cluster, index, pool, isElastic, state, machineId, since, deadline, retry, failure,
        evidence, settled, hold);
  }

  public Instance settled(Settled settled) {
    return new Instance(
        name, cluster, index, pool, isElastic, state, machineId, since, deadline, retry, failure,
        evidence, settled, hold);
  }

  public Instance held(Optional<Hold> hold) {
    return new Instance(
        name, cluster, index, pool, isElastic, state, machineId, since, deadline, retry, failure,
        evidence, settled, hold);
  }
}

package io.coxswain.controller.api;

import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.controller.api.wire.ClusterToWire;
import io.coxswain.controller.api.wire.HistoryToWire;
import io.coxswain.controller.api.wire.InstanceToWire;
import io.coxswain.controller.api.wire.MachineToWire;
import io.coxswain.controller.api.wire.TestToWire;
import io.coxswain.controller.api.wire.VolumeToWire;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.ClusterStatus;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.plan.Capacity;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.store.Transaction;
import io.coxswain.v1.Observation;
import io.coxswain.v1.OperationUpdate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts together what is stored and what was seen, for clients to read. All of one answer comes from
 * one transaction.
 */
final class Views {
  private final Fleet fleet;
  private final InstantSource clock;

  Views(Fleet fleet, InstantSource clock) {
    this.fleet = fleet;
    this.clock = clock;
  }

  io.coxswain.v1.Cluster cluster(Transaction tx, Cluster cluster) {
    List<Instance> instances = shown(tx, tx.instances(cluster.spec().id()));
    io.coxswain.v1.Cluster.Builder wire =
        ClusterToWire.cluster(
            cluster,
            instances,
            instances(tx, cluster, instances),
            gate(cluster.spec().id(), instances))
            .toBuilder();
    tx.storage().attachments().stream()
        .filter(each -> each.cluster().equals(cluster.spec().id()))
        .map(each -> VolumeToWire.attachment(each, instances, fleet::seen))
        .forEach(wire::addVolumes);
    capacity(tx, cluster).map(ClusterToWire::capacity).ifPresent(wire::setCapacity);
    List<Instance> visible = visible(instances);
    if (visible.size() < instances.size()) {
      ClusterStatus status = ClusterToWire.status(visible);
      wire.setStatus(InstanceToWire.lifecycle(status.state()))
          .setStatusLine(status.line())
          .clearInstances()
          .addAllInstances(instances(tx, cluster, visible));
    }
    tx.images().clusterImages().stream()
        .filter(each -> each.cluster().equals(cluster.spec().id()))
        .forEach(
            each -> wire.setContainer(each.image()).setContainerDigest("sha256:" + each.digest()));
    return wire.build();
  }

  /**
   * Without a jumphost that is a node of the cluster besides, as people would count its machine
   * twice; but for one that failed, which is what they have to know.
   */
  private static List<Instance> visible(List<Instance> instances) {
    Set<String> nodes =
        instances.stream()
            .filter(instance -> !instance.isJumphost() && instance.hasMachine())
            .map(Instance::machineId)
            .collect(Collectors.toUnmodifiableSet());
    return instances.stream()
        .filter(
            instance ->
                !instance.isJumphost()
                    || instance.state() == InstanceState.FAILED
                    || !nodes.contains(instance.machineId()))
        .toList();
  }

  /** Empty of a cluster that is destroyed. */
  private Optional<Capacity> capacity(Transaction tx, Cluster cluster) {
    return cluster.destroyedAt().isPresent()
        ? Optional.empty()
        : Optional.of(
            Capacity.of(cluster, tx.instances(cluster.spec().id()), fleet::seen, clock.instant()));
  }

  /** An operation with what it is about, for those who wait for its end. */
  OperationUpdate update(Transaction tx, Operation operation) {
    OperationUpdate.Builder update =
        OperationUpdate.newBuilder().setOperation(HistoryToWire.operation(operation));
    operation.cluster().flatMap(tx::cluster).ifPresent(cluster -> describe(tx, update, cluster));
    return update.build();
  }

  private void describe(Transaction tx, OperationUpdate.Builder update, Cluster cluster) {
    List<Instance> instances = visible(shown(tx, tx.instances(cluster.spec().id())));
    update.addAllInstances(instances(tx, cluster, instances));
    if (!instances.isEmpty()) {
      update.setStatusLine(
          ClusterStatus.of(instances.stream().map(Instance::state).toList()).line());
    }
    capacity(tx, cluster).map(ClusterToWire::capacity).ifPresent(update::setCapacity);
  }

  /**
   * As people see them: while somebody waits for a change of the cluster's volumes, those that run
   * are CONFIGURING. Deciding knows nothing of it: nothing of theirs waits, and they keep their
   * jobs.
   */
  private static List<Instance> shown(Transaction tx, List<Instance> instances) {
    return instances.stream().map(instance -> shown(tx, instance)).toList();
  }

  private static Instance shown(Transaction tx, Instance instance) {
    return instance.state() == InstanceState.RUNNING
        ? tx.storage().attachments().stream()
            .filter(each -> each.cluster().equals(instance.cluster()) && each.isChanging())
            .findFirst()
            .map(each -> instance.in(InstanceState.CONFIGURING, each.since(), instance.deadline()))
            .orElse(instance)
        : instance;
  }

  /** Those of one cluster, the jumphost first. */
  List<io.coxswain.v1.Instance> instances(Transaction tx, ClusterId id) {
    return tx.cluster(id)
        .map(cluster -> instances(tx, cluster, visible(shown(tx, tx.instances(id)))))
        .orElse(List.of());
  }

  io.coxswain.v1.Instance instance(Transaction tx, Instance instance) {
    String shape =
        tx.cluster(instance.cluster()).map(cluster -> shape(cluster.spec(), instance)).orElse("");
    return instance(
        tx,
        shown(tx, instance),
        shape,
        slurm(instance.cluster(), tx.instances(instance.cluster())),
        clock.instant());
  }

  /** With its newest stored report. */
  io.coxswain.v1.Machine machine(Transaction tx, Machine machine) {
    List<String> leasing = new ArrayList<>();
    for (Instance instance : tx.instances()) {
      if (instance.machineId().equals(machine.id())) {
        leasing.add(instance.name());
      }
    }
    return machine(tx, machine, leasing);
  }

  io.coxswain.v1.Machine machine(Transaction tx, Machine machine, List<String> leasing) {
    Optional<Observation> observation = tx.report(machine.id()).flatMap(Views::parse);
    io.coxswain.v1.Machine.Builder wire =
        MachineToWire.machine(
            machine, fleet.seen(machine.id()), leasing, observation, clock.instant())
            .toBuilder();
    tx.measurements(machine.id()).stream()
        .map(measurement -> TestToWire.measurement(measurement, machine.name()))
        .forEach(wire::addMeasurements);
    return wire.build();
  }

  private List<io.coxswain.v1.Instance> instances(
      Transaction tx, Cluster cluster, List<Instance> instances) {
    Instant now = clock.instant();
    ClusterId id = cluster.spec().id();
    Optional<MachineFacts.SlurmCluster> slurm = slurm(id, tx.instances(id));
    return instances.stream()
        .map(instance -> instance(tx, instance, shape(cluster.spec(), instance), slurm, now))
        .toList();
  }

  private static String shape(ClusterSpec spec, Instance instance) {
    return spec.pool(instance.pool()).orElse(spec.mainPool()).shape().toString();
  }

  private io.coxswain.v1.Instance instance(
      Transaction tx,
      Instance instance,
      String shape,
      Optional<MachineFacts.SlurmCluster> slurm,
      Instant now) {
    Optional<InstanceToWire.Lease> lease =
        tx.machine(instance.machineId())
            .map(machine -> new InstanceToWire.Lease(machine, fleet.seen(machine.id())));
    return InstanceToWire.instance(instance, shape, lease, slurm, now);
  }

  private Optional<Seen> jumphost(List<Instance> instances) {
    return instances.stream()
        .filter(instance -> instance.isJumphost() && instance.hasMachine())
        .findFirst()
        .map(jumphost -> fleet.seen(jumphost.machineId()));
  }

  private Optional<MachineFacts.SlurmCluster> slurm(ClusterId id, List<Instance> instances) {
    return jumphost(instances)
        .flatMap(Seen::facts)
        .flatMap(facts -> facts.slurmCluster(id.value()));
  }

  private Optional<GroupOutcome> gate(ClusterId id, List<Instance> instances) {
    return jumphost(instances)
        .flatMap(
            seen ->
                seen.outcomes().values().stream()
                    .filter(told -> told.group().startsWith(GroupNames.gates(id)))
                    .filter(told -> told.endedAt().isPresent())
                    .max(Comparator.comparing(told -> told.endedAt().orElseThrow())));
  }

  private static Optional<Observation> parse(byte[] report) {
    try {
      return Optional.of(Observation.parseFrom(report));
    } catch (InvalidProtocolBufferException e) {
      // Written by another version; the agent's next report replaces it.
      return Optional.empty();
    }
  }
}

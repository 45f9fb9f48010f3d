package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.ClusterStatus;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.plan.Capacity;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.reconcile.Applying;
import io.coxswain.controller.slurm.ClusterPaths;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.v1.FieldChange;
import io.coxswain.v1.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A cluster, and what a create would do, as clients read them. */
public final class ClusterToWire {
  private ClusterToWire() {}

  /**
   * Maps a cluster.
   *
   * @param instances the jumphost first; not empty
   * @param wireInstances the same ones, mapped
   * @param gate the acceptance check's newest outcome, as far as somebody told it
   */
  public static io.coxswain.v1.Cluster cluster(
      Cluster cluster,
      List<Instance> instances,
      List<io.coxswain.v1.Instance> wireInstances,
      Optional<GroupOutcome> gate) {
    ClusterSpec spec = cluster.spec();
    ClusterStatus status = status(instances);
    io.coxswain.v1.Cluster.Builder wire =
        io.coxswain.v1.Cluster.newBuilder()
            .setId(spec.id().value())
            .setName(spec.name())
            .setShape(spec.mainPool().shape().toString())
            .setSize(spec.size())
            .setStatus(InstanceToWire.lifecycle(status.state()))
            .setStatusLine(status.line())
            .setDeletionProtection(spec.isDeletionProtected())
            .setUser(spec.user())
            .setUid(spec.uid())
            .setCreatedAt(Times.wire(spec.createdAt()))
            .setCreatedBy(spec.createdBy())
            .addAllInstances(wireInstances)
            .setSlurmctldPort(spec.slurmctldPort())
            .setSlurmConf(new ClusterPaths(spec.id()).slurmConf())
            .setJumphost(spec.jumphost())
            .addAllPublicKeys(spec.publicKeys())
            .addAllNodepools(NodepoolToWire.nodepools(spec, instances));
    instances.stream()
        .filter(Instance::isJumphost)
        .findFirst()
        .ifPresent(jumphost -> jumphost(wire, jumphost, gate));
    wireInstances.stream()
        .filter(io.coxswain.v1.Instance::getIsJumphost)
        .findFirst()
        .ifPresent(jumphost -> wire.setJumphostAddress(jumphost.getAddress()));
    return wire.build();
  }

  public static io.coxswain.v1.Capacity capacity(Capacity capacity) {
    io.coxswain.v1.Capacity.Builder wire =
        io.coxswain.v1.Capacity.newBuilder().setPromised(capacity.promised());
    switch (capacity.usable()) {
      case Reading.Known<Integer>(Integer nodes) -> wire.setUsable(nodes);
      case Reading.Failed<Integer>(String why) -> wire.setUnknown(why);
      case Reading.Unsupported<Integer>(String why) -> wire.setUnknown(why);
    }
    return wire.build();
  }

  /** What waits for jobs is as it should be, and says nothing of the cluster. */
  public static ClusterStatus status(List<Instance> instances) {
    return ClusterStatus.of(
        instances.stream().filter(instance -> !instance.isAsleep()).map(Instance::state).toList());
  }

  private static void jumphost(
      io.coxswain.v1.Cluster.Builder wire, Instance jumphost, Optional<GroupOutcome> gate) {
    wire.setSlurmVersion(jumphost.settled().slurmVersion()).setAcceptance(jumphost.evidence());
    if (!jumphost.evidence().isEmpty()) {
      Optional<Instant> ended =
          gate.filter(told -> told.state() == GroupOutcome.State.DONE)
              .flatMap(GroupOutcome::endedAt);
      Optional<Instant> running =
          jumphost.state() == InstanceState.RUNNING
              ? Optional.of(jumphost.since())
              : Optional.empty();
      ended.or(() -> running).ifPresent(at -> wire.setAcceptedAt(Times.wire(at)));
    }
  }

  public static FieldChange change(Applying.Change change) {
    return FieldChange.newBuilder()
        .setField(change.field())
        .setBefore(change.before())
        .setAfter(change.after())
        .setDisruption(change.disruption())
        .setPossible(change.isPossible())
        .build();
  }

  public static Plan plan(Placement placement) {
    Plan.Builder wire = Plan.newBuilder();
    placement
        .leases()
        .forEach(
            lease ->
                wire.addLeases(
                    Plan.Lease.newBuilder()
                        .setInstance(lease.instance())
                        .setMachine(lease.machine())));
    placement
        .rejections()
        .forEach(
            rejection ->
                wire.addRejections(
                    Plan.Rejection.newBuilder()
                        .setMachine(rejection.machine())
                        .setWhy(rejection.why())));
    return wire.build();
  }
}

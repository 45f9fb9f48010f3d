package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.spec.VolumeType;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.Mount;
import io.coxswain.v1.VolumeMeasured;
import io.coxswain.v1.VolumeMounted;
import io.coxswain.v1.VolumeUnmounted;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Volumes as clients read them, and as agents are told of them. */
public final class VolumeToWire {
  private static final String STALE = "MOUNT_STALE";

  private VolumeToWire() {}

  public static io.coxswain.v1.Volume.Builder volume(Volume volume) {
    return io.coxswain.v1.Volume.newBuilder()
        .setName(volume.name())
        .setType(type(volume.type()))
        .setSource(volume.source())
        .setOptions(String.join(",", volume.options()))
        .setSizeGib(volume.sizeGib())
        .setIsSizeEnforced(false)
        .setDeletionProtection(volume.isDeletionProtected())
        .setHome(volume.isHome())
        .setCreatedBy(volume.createdBy())
        .setCreatedAt(Times.wire(volume.createdAt()));
  }

  /**
   * Maps an attachment with how it stands on each machine.
   *
   * @param instances of its cluster, the jumphost first
   * @param seen of a machine, by its id
   */
  public static io.coxswain.v1.Attachment attachment(
      Attachment attachment, List<Instance> instances, Function<String, Seen> seen) {
    io.coxswain.v1.Attachment.Builder wire =
        io.coxswain.v1.Attachment.newBuilder()
            .setVolume(attachment.volume())
            .setClusterId(attachment.cluster().value())
            .setPath(attachment.path())
            .setState(state(attachment.state()))
            .setSince(Times.wire(attachment.since()));
    instances.stream()
        .filter(Instance::hasMachine)
        .map(instance -> mount(attachment, instance, seen.apply(instance.machineId())))
        .forEach(wire::addMounts);
    return wire.build();
  }

  private static Mount mount(Attachment attachment, Instance instance, Seen seen) {
    Mount.Builder wire = Mount.newBuilder().setInstance(instance.name());
    Optional<GroupOutcome> told =
        Optional.ofNullable(
            seen.outcomes().get(GroupNames.volume(attachment.cluster(), attachment.volume())));
    if (!seen.isConnected()) {
      return wire.setState(Mount.State.WAITING).setDetail("its agent does not answer").build();
    }
    if (told.isEmpty() || told.get().state() == GroupOutcome.State.WAITING) {
      return wire.setState(Mount.State.WAITING).build();
    }
    Optional<GroupOutcome.Failure> failure = told.get().failure();
    return wire.setState(state(attachment, told.get()))
        .setDetail(failure.map(GroupOutcome.Failure::message).orElse(told.get().evidence()))
        .build();
  }

  private static Mount.State state(Attachment attachment, GroupOutcome told) {
    boolean isStale = told.failure().filter(why -> why.reason().equals(STALE)).isPresent();
    // One that is looked at again after it failed is what it was until it is mended.
    return switch (attachment.state()) {
      case ATTACHING, ATTACHED ->
          told.state() == GroupOutcome.State.DONE
              ? Mount.State.MOUNTED
              : isStale
                  ? Mount.State.STALE
                  : told.state() == GroupOutcome.State.FAILED
                      ? Mount.State.MOUNT_FAILED
                      : Mount.State.MOUNTING;
      case LOOKING -> isStale ? Mount.State.STALE : Mount.State.MOUNTED;
      case DETACHING ->
          told.state() == GroupOutcome.State.DONE ? Mount.State.UNMOUNTED : Mount.State.UNMOUNTING;
    };
  }

  private static io.coxswain.v1.Attachment.State state(Attachment.State state) {
    return switch (state) {
      case ATTACHING -> io.coxswain.v1.Attachment.State.ATTACHING;
      case ATTACHED -> io.coxswain.v1.Attachment.State.ATTACHED;
      case LOOKING, DETACHING -> io.coxswain.v1.Attachment.State.DETACHING;
    };
  }

  public static io.coxswain.v1.VolumeTest test(VolumeTest test, Operation operation) {
    io.coxswain.v1.VolumeTest.Builder wire =
        io.coxswain.v1.VolumeTest.newBuilder()
            .setOperation(HistoryToWire.operation(operation))
            .setVolume(test.volume())
            .setClusterId(test.cluster().value());
    test.parsed().stream().map(TestToWire::result).forEach(wire::addResults);
    return wire.build();
  }

  private static io.coxswain.v1.VolumeType type(VolumeType type) {
    return switch (type) {
      case NFS -> io.coxswain.v1.VolumeType.NFS;
      case LUSTRE -> io.coxswain.v1.VolumeType.LUSTRE;
      case BEEGFS -> io.coxswain.v1.VolumeType.BEEGFS;
      case CEPHFS -> io.coxswain.v1.VolumeType.CEPHFS;
      case GLUSTERFS -> io.coxswain.v1.VolumeType.GLUSTERFS;
      case SSHFS -> io.coxswain.v1.VolumeType.SSHFS;
      case LOCAL -> io.coxswain.v1.VolumeType.LOCAL;
      case BIND -> io.coxswain.v1.VolumeType.BIND;
    };
  }

  static VolumeMounted mounted(Want.VolumeMounted want) {
    return VolumeMounted.newBuilder()
        .setClusterId(want.cluster().value())
        .setVolume(want.volume())
        .setWhat(want.what())
        .setType(want.fileSystem())
        .setWhere(want.where())
        .setOptions(want.options())
        .setHelper(want.helper().program())
        .setHelperPackage(want.helper().debianPackage())
        .setProof(want.proof())
        .setUser(want.user())
        .setReadOnly(want.isReadOnly())
        .setDirectoryOwner(want.directoryOwner())
        .setDirectoryMode(want.directoryMode())
        .setIsNetwork(want.isNetwork())
        .build();
  }

  static VolumeUnmounted unmounted(Want.VolumeUnmounted want) {
    return VolumeUnmounted.newBuilder()
        .setClusterId(want.cluster().value())
        .setVolume(want.volume())
        .setPolicy(
            switch (want.policy()) {
              case LOOK -> VolumeUnmounted.Policy.LOOK;
              case REFUSE -> VolumeUnmounted.Policy.REFUSE;
              case FORCE -> VolumeUnmounted.Policy.FORCE;
            })
        .build();
  }

  static VolumeMeasured measured(Want.VolumeMeasured want) {
    return VolumeMeasured.newBuilder()
        .setId(want.id())
        .setVolume(want.volume())
        .setWhere(want.where())
        .setUser(want.user())
        .setSizeMib(want.sizeMib())
        .build();
  }
}

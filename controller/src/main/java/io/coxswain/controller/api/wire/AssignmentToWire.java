package io.coxswain.controller.api.wire;

import com.google.protobuf.ByteString;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.CdiSpecification;
import io.coxswain.v1.Directory;
import io.coxswain.v1.DriverRestored;
import io.coxswain.v1.File;
import io.coxswain.v1.GpuReset;
import io.coxswain.v1.Group;
import io.coxswain.v1.HealthCleared;
import io.coxswain.v1.HostName;
import io.coxswain.v1.HostsBlock;
import io.coxswain.v1.MachineRebooted;
import io.coxswain.v1.MpiCheck;
import io.coxswain.v1.MpiProgram;
import io.coxswain.v1.Packages;
import io.coxswain.v1.PathAbsent;
import io.coxswain.v1.PoweredOff;
import io.coxswain.v1.ProcessesAbsent;
import io.coxswain.v1.SlurmNodeDrained;
import io.coxswain.v1.SlurmNodeGone;
import io.coxswain.v1.SlurmNodeRetested;
import io.coxswain.v1.SlurmNodesMeasured;
import io.coxswain.v1.SlurmNodesReady;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.Step;
import io.coxswain.v1.SymbolicLink;
import io.coxswain.v1.Unit;
import io.coxswain.v1.UnitAbsent;
import io.coxswain.v1.UserAbsent;
import io.coxswain.v1.UserAccount;

/** What a machine should be, as its agent reads it. */
public final class AssignmentToWire {
  private AssignmentToWire() {}

  public static io.coxswain.v1.Assignment assignment(Assignment assignment) {
    io.coxswain.v1.Assignment.Builder wire =
        io.coxswain.v1.Assignment.newBuilder().setGeneration(assignment.generation());
    assignment.groups().forEach(group -> wire.addGroups(group(group)));
    return wire.build();
  }

  private static Group group(Assignment.Group group) {
    Group.Builder wire =
        Group.newBuilder().setName(group.name()).addAllAfter(group.after()).setRetry(group.retry());
    group.steps().forEach(step -> wire.addSteps(step(step)));
    return wire.build();
  }

  @SuppressWarnings("MethodLength") // A switch over every want.
  static Step step(Assignment.Step step) {
    Step.Builder wire = Step.newBuilder().setTitle(step.title());
    switch (step.want()) {
      case Want.HostName want -> wire.setHostName(HostName.newBuilder().setName(want.name()));
      case Want.Hosts want -> wire.setHostsBlock(hosts(want));
      case Want.User want -> wire.setUserAccount(user(want));
      case Want.Packages want -> wire.setPackages(Packages.newBuilder().addAllNames(want.names()));
      case Want.File want -> wire.setFile(file(want));
      case Want.SecretFile want -> wire.setFile(secret(want));
      case Want.Directory want -> wire.setDirectory(directory(want));
      case Want.Link want ->
          wire.setSymbolicLink(
              SymbolicLink.newBuilder().setPath(want.path()).setTarget(want.target()));
      case Want.Unit want -> wire.setUnit(unit(want));
      case Want.MpiProgram want ->
          wire.setMpiProgram(MpiProgram.newBuilder().setPath(want.path()).setSource(want.source()));
      case Want.NodesReady want ->
          wire.setSlurmNodesReady(
              SlurmNodesReady.newBuilder()
                  .setClusterId(want.cluster().value())
                  .addAllNodes(want.nodes()));
      case Want.NodeGone want ->
          wire.setSlurmNodeGone(
              SlurmNodeGone.newBuilder().setClusterId(want.cluster().value()).setNode(want.node()));
      case Want.NodeDrained want -> wire.setSlurmNodeDrained(drained(want));
      case Want.Quiesced want ->
          wire.setSlurmQuiesced(
              SlurmQuiesced.newBuilder()
                  .setClusterId(want.cluster().value())
                  .setPolicy(policy(want.jobs())));
      case Want.MpiCheck want -> wire.setMpiCheck(mpiCheck(want));
      case Want.NodeRetested want -> wire.setSlurmNodeRetested(retested(want));
      case Want.NodesMeasured want -> wire.setSlurmNodesMeasured(measured(want));
      case Want.Rebooted want ->
          wire.setMachineRebooted(MachineRebooted.newBuilder().setId(want.id()));
      case Want.GpuReset want ->
          wire.setGpuReset(GpuReset.newBuilder().setId(want.id()).setPciBusId(want.pciBusId()));
      case Want.DriverFit want -> wire.setDriverFit(DriverToWire.fit(want));
      case Want.DriverInstalled want -> wire.setDriverInstalled(DriverToWire.installed(want));
      case Want.DriverLoaded want -> wire.setDriverLoaded(DriverToWire.loaded(want));
      case Want.DriverRestored want ->
          wire.setDriverRestored(
              DriverRestored.newBuilder().setId(want.id()).setUndoes(want.undoes()));
      case Want.CdiSpecification want ->
          wire.setCdiSpecification(CdiSpecification.getDefaultInstance());
      case Want.HealthCleared want ->
          wire.setHealthCleared(
              HealthCleared.newBuilder()
                  .setId(want.id())
                  .setCheck(want.check())
                  .setSubject(want.subject()));
      case Want.ProcessesAbsent want ->
          wire.setProcessesAbsent(
              ProcessesAbsent.newBuilder().setUser(want.user()).setUid(want.uid()));
      case Want.UserAbsent want ->
          wire.setUserAbsent(
              UserAbsent.newBuilder().setName(want.name()).setUid(want.uid()).setHome(want.home()));
      case Want.PathAbsent want ->
          wire.setPathAbsent(
              PathAbsent.newBuilder().setPath(want.path()).setRecursive(want.isRecursive()));
      case Want.UnitAbsent want -> wire.setUnitAbsent(UnitAbsent.newBuilder().setName(want.name()));
      case Want.Powered want -> wire.setMachinePowered(PowerToWire.powered(want));
      case Want.PoweredOff want -> wire.setPoweredOff(PoweredOff.newBuilder().setId(want.id()));
      case Want.VolumeMounted want -> wire.setVolumeMounted(VolumeToWire.mounted(want));
      case Want.VolumeUnmounted want -> wire.setVolumeUnmounted(VolumeToWire.unmounted(want));
      case Want.VolumeMeasured want -> wire.setVolumeMeasured(VolumeToWire.measured(want));
      case Want.ElasticNodes want -> wire.setElasticNodes(ElasticToWire.nodes(want));
      case Want.ResumeRefused want -> wire.setResumeRefused(ElasticToWire.refused(want));
      case Want.ImageLoaded want -> wire.setImageLoaded(ImageToWire.loaded(want));
      case Want.ContainerMade want -> wire.setContainerMade(ImageToWire.container(want));
      case Want.SlurmPlugin want -> wire.setSlurmPlugin(ImageToWire.plugin(want));
    }
    return wire.build();
  }

  private static HostsBlock hosts(Want.Hosts want) {
    HostsBlock.Builder wire = HostsBlock.newBuilder();
    want.entries()
        .forEach(
            entry ->
                wire.addEntries(
                    HostsBlock.Entry.newBuilder()
                        .setAddress(entry.address())
                        .addAllNames(entry.names())));
    return wire.build();
  }

  private static UserAccount user(Want.User want) {
    return UserAccount.newBuilder()
        .setName(want.name())
        .setUid(want.uid())
        .setGid(want.gid())
        .setHome(want.home())
        .setShell(want.shell())
        .addAllAuthorizedKeys(want.authorizedKeys())
        .build();
  }

  private static File file(Want.File want) {
    return File.newBuilder()
        .setPath(want.path())
        .setContent(ByteString.copyFromUtf8(want.content()))
        .setMode(want.mode())
        .setOwner(want.owner())
        .setGroup(want.group())
        .build();
  }

  private static File secret(Want.SecretFile want) {
    return File.newBuilder()
        .setPath(want.path())
        .setContent(ByteString.copyFrom(want.content().bytes()))
        .setMode(want.mode())
        .setOwner(want.owner())
        .setGroup(want.group())
        .setSecret(true)
        .build();
  }

  private static Directory directory(Want.Directory want) {
    return Directory.newBuilder()
        .setPath(want.path())
        .setMode(want.mode())
        .setOwner(want.owner())
        .setGroup(want.group())
        .build();
  }

  private static Unit unit(Want.Unit want) {
    return Unit.newBuilder()
        .setName(want.name())
        .addAllRestartOn(want.restartOn())
        .addAllReloadOn(want.reloadOn())
        .build();
  }

  private static SlurmNodeDrained drained(Want.NodeDrained want) {
    return SlurmNodeDrained.newBuilder()
        .setClusterId(want.cluster().value())
        .setNode(want.node())
        .setReason(want.reason())
        .build();
  }

  private static SlurmQuiesced.Policy policy(ClusterSpec.Intent intent) {
    return switch (intent) {
      case RUN -> SlurmQuiesced.Policy.LET_RUN;
      case DESTROY -> SlurmQuiesced.Policy.REFUSE;
      case DESTROY_AFTER_JOBS -> SlurmQuiesced.Policy.DRAIN;
      case DESTROY_WITH_JOBS -> SlurmQuiesced.Policy.CANCEL;
    };
  }

  private static SlurmNodeRetested retested(Want.NodeRetested want) {
    return SlurmNodeRetested.newBuilder()
        .setClusterId(want.cluster().value())
        .setNode(want.node())
        .setPartition(want.partition())
        .setRanks(want.ranks())
        .setGpus(want.gpus())
        .setProgram(want.program())
        .setUser(want.user())
        .setMpi(want.mpi())
        .setProof(want.proof())
        .build();
  }

  private static SlurmNodesMeasured measured(Want.NodesMeasured want) {
    return SlurmNodesMeasured.newBuilder()
        .setClusterId(want.cluster().value())
        .addAllNodes(want.nodes())
        .setGpus(want.gpus())
        .setPartition(want.partition())
        .setPairwise(want.pairwise())
        .setRuntool(want.runtool())
        .setUser(want.user())
        .setMpi(want.mpi())
        .setId(want.id())
        .build();
  }

  private static MpiCheck mpiCheck(Want.MpiCheck want) {
    return MpiCheck.newBuilder()
        .setClusterId(want.cluster().value())
        .addAllNodes(want.nodes())
        .setPartition(want.partition())
        .setRanksPerNode(want.ranksPerNode())
        .setGpusPerNode(want.gpusPerNode())
        .setProgram(want.program())
        .setUser(want.user())
        .setMpi(want.mpi())
        .setProof(want.proof())
        .build();
  }
}

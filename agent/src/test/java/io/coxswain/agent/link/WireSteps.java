package io.coxswain.agent.link;

import com.google.protobuf.ByteString;
import io.coxswain.v1.CdiSpecification;
import io.coxswain.v1.ContainerMade;
import io.coxswain.v1.Directory;
import io.coxswain.v1.DriverFit;
import io.coxswain.v1.DriverInstalled;
import io.coxswain.v1.DriverLoaded;
import io.coxswain.v1.DriverRestored;
import io.coxswain.v1.ElasticNodes;
import io.coxswain.v1.File;
import io.coxswain.v1.GpuReset;
import io.coxswain.v1.HealthCleared;
import io.coxswain.v1.HostName;
import io.coxswain.v1.HostsBlock;
import io.coxswain.v1.ImageLoaded;
import io.coxswain.v1.MachinePowered;
import io.coxswain.v1.MachineRebooted;
import io.coxswain.v1.MpiCheck;
import io.coxswain.v1.MpiProgram;
import io.coxswain.v1.Packages;
import io.coxswain.v1.PathAbsent;
import io.coxswain.v1.PoweredOff;
import io.coxswain.v1.ProcessesAbsent;
import io.coxswain.v1.ResumeRefused;
import io.coxswain.v1.SlurmNodeDrained;
import io.coxswain.v1.SlurmNodeGone;
import io.coxswain.v1.SlurmNodeRetested;
import io.coxswain.v1.SlurmNodesMeasured;
import io.coxswain.v1.SlurmNodesReady;
import io.coxswain.v1.SlurmPlugin;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.Step;
import io.coxswain.v1.SymbolicLink;
import io.coxswain.v1.Unit;
import io.coxswain.v1.UnitAbsent;
import io.coxswain.v1.UserAbsent;
import io.coxswain.v1.UserAccount;
import io.coxswain.v1.VolumeMeasured;
import io.coxswain.v1.VolumeMounted;
import io.coxswain.v1.VolumeUnmounted;
import java.util.List;

/** One wire step of each kind. */
final class WireSteps {
  private static final String CLUSTER = "c-7f3a";

  static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  private WireSteps() {}

  static Step file(String path, String text) {
    return step()
        .setFile(
            File.newBuilder()
                .setPath(path)
                .setContent(ByteString.copyFromUtf8(text))
                .setMode(0644)
                .setOwner("root")
                .setGroup("root"))
        .build();
  }

  @SuppressWarnings("MethodLength") // One switch or list over every kind of step.
  static List<Step> all() {
    return List.of(
        file("/etc/a", "1"),
        step().setHostName(HostName.newBuilder().setName("c-7f3a-0")).build(),
        step()
            .setHostsBlock(
                HostsBlock.newBuilder()
                    .addEntries(HostsBlock.Entry.newBuilder().setAddress("10.0.0.1").addNames("a")))
            .build(),
        step()
            .setUserAccount(
                UserAccount.newBuilder()
                    .setName(CLUSTER)
                    .setUid(20_001)
                    .setGid(20_001)
                    .setHome("/home/c-7f3a")
                    .setShell("/bin/bash")
                    .addAuthorizedKeys("ssh-ed25519 AAAA x"))
            .build(),
        step().setPackages(Packages.newBuilder().addNames("munge")).build(),
        step()
            .setDirectory(
                Directory.newBuilder()
                    .setPath("/d")
                    .setMode(0755)
                    .setOwner("root")
                    .setGroup("root"))
            .build(),
        step().setSymbolicLink(SymbolicLink.newBuilder().setPath("/l").setTarget("/t")).build(),
        step().setUnit(Unit.newBuilder().setName("a.service").addRestartOn("/etc/a")).build(),
        step().setMpiProgram(MpiProgram.newBuilder().setPath("/p").setSource("int main")).build(),
        step()
            .setSlurmNodesReady(
                SlurmNodesReady.newBuilder().setClusterId(CLUSTER).addNodes("c-7f3a-0"))
            .build(),
        step()
            .setSlurmNodeGone(SlurmNodeGone.newBuilder().setClusterId(CLUSTER).setNode("n"))
            .build(),
        step()
            .setSlurmQuiesced(
                SlurmQuiesced.newBuilder()
                    .setClusterId(CLUSTER)
                    .setPolicy(SlurmQuiesced.Policy.DRAIN))
            .build(),
        step()
            .setMpiCheck(
                MpiCheck.newBuilder()
                    .setClusterId(CLUSTER)
                    .addNodes("n")
                    .setPartition("main")
                    .setRanksPerNode(2)
                    .setGpusPerNode(8)
                    .setProgram("/p")
                    .setUser("u")
                    .setMpi("pmix")
                    .setProof("x"))
            .build(),
        step()
            .setUserAbsent(UserAbsent.newBuilder().setName("u").setUid(20_001).setHome("/home/u"))
            .build(),
        step().setPathAbsent(PathAbsent.newBuilder().setPath("/p").setRecursive(true)).build(),
        step().setUnitAbsent(UnitAbsent.newBuilder().setName("u")).build(),
        step()
            .setSlurmNodeDrained(
                SlurmNodeDrained.newBuilder().setClusterId(CLUSTER).setNode("n").setReason("r"))
            .build(),
        step()
            .setSlurmNodeRetested(
                SlurmNodeRetested.newBuilder()
                    .setClusterId(CLUSTER)
                    .setNode("n")
                    .setPartition("main")
                    .setRanks(2)
                    .setGpus(8)
                    .setProgram("/p")
                    .setUser("u")
                    .setMpi("pmix")
                    .setProof("x"))
            .build(),
        step()
            .setSlurmNodesMeasured(
                SlurmNodesMeasured.newBuilder()
                    .setClusterId(CLUSTER)
                    .addNodes("n")
                    .setGpus(8)
                    .setPartition("main")
                    .setPairwise("/p")
                    .setRuntool("/r")
                    .setUser("u")
                    .setMpi("pmix")
                    .setId("op-1"))
            .build(),
        step().setMachinePowered(powered()).build(),
        step().setPoweredOff(PoweredOff.newBuilder().setId("op-1")).build(),
        step().setMachineRebooted(MachineRebooted.newBuilder().setId("r-1")).build(),
        step()
            .setHealthCleared(
                HealthCleared.newBuilder()
                    .setId("r-1")
                    .setCheck("xid-79")
                    .setSubject("0000:18:00.0"))
            .build(),
        step().setGpuReset(GpuReset.newBuilder().setId("r-1").setPciBusId("0000:18:00.0")).build(),
        step()
            .setDriverFit(
                DriverFit.newBuilder()
                    .setBundle("nvidia-580-open 1")
                    .addPackages("nvidia-open")
                    .setBuildsModule(true))
            .build(),
        step()
            .setDriverInstalled(
                DriverInstalled.newBuilder()
                    .setId("w-1")
                    .setBundle("nvidia-580-open 1")
                    .addFiles(
                        DriverInstalled.ConfigurationFile.newBuilder()
                            .setPath("/etc/apt/preferences.d/coxswain-nvidia")
                            .setContent("Package: *"))
                    .addPackages(
                        DriverInstalled.Package.newBuilder()
                            .setName("nvidia-open")
                            .setVersion("580.*")))
            .build(),
        step()
            .setDriverLoaded(
                DriverLoaded.newBuilder()
                    .setId("w-1")
                    .setVersionPrefix("580.")
                    .setFlavour(DriverLoaded.Flavour.OPEN)
                    .setMayReboot(true))
            .build(),
        step().setDriverRestored(DriverRestored.newBuilder().setId("r-1")).build(),
        step().setCdiSpecification(CdiSpecification.getDefaultInstance()).build(),
        step().setProcessesAbsent(ProcessesAbsent.newBuilder().setUser("u").setUid(20_001)).build(),
        step().setVolumeMounted(volume()).build(),
        step()
            .setVolumeUnmounted(
                VolumeUnmounted.newBuilder()
                    .setClusterId(CLUSTER)
                    .setVolume("data")
                    .setPolicy(VolumeUnmounted.Policy.REFUSE))
            .build(),
        step()
            .setVolumeMeasured(
                VolumeMeasured.newBuilder()
                    .setId("op-1")
                    .setVolume("data")
                    .setWhere("/mnt/data")
                    .setSizeMib(64))
            .build(),
        step()
            .setElasticNodes(ElasticNodes.newBuilder().setClusterId(CLUSTER).addSlots(slot()))
            .build(),
        step()
            .setResumeRefused(
                ResumeRefused.newBuilder()
                    .setClusterId(CLUSTER)
                    .setNode("c-7f3a-5")
                    .setReason("no free machine"))
            .build(),
        step().setImageLoaded(image()).build(),
        step().setContainerMade(container()).build(),
        step().setSlurmPlugin(plugin()).build());
  }

  static ImageLoaded.Builder image() {
    return ImageLoaded.newBuilder()
        .setDigest(DIGEST)
        .setFormat(ImageLoaded.Format.OCI_ARCHIVE)
        .setSizeBytes(1024);
  }

  static ContainerMade.Builder container() {
    return ContainerMade.newBuilder()
        .setClusterId(CLUSTER)
        .setDigest(DIGEST)
        .addBinds(ContainerMade.Bind.newBuilder().setSource("/home").setTarget("/home"));
  }

  static SlurmPlugin.Builder plugin() {
    return SlurmPlugin.newBuilder()
        .setPath("/usr/local/lib/coxswain/container.so")
        .setSource("int i;");
  }

  static ElasticNodes.Slot.Builder slot() {
    return ElasticNodes.Slot.newBuilder()
        .setName("c-7f3a-5")
        .setFeature("c_7f3a_burst")
        .setGres("gpu:h200:8")
        .setCpus(192)
        .setBoards(1)
        .setSocketsPerBoard(2)
        .setCoresPerSocket(48)
        .setThreadsPerCore(2)
        .setRealMemoryMib(1_959_850);
  }

  static MachinePowered.Builder powered() {
    return MachinePowered.newBuilder()
        .setId("op-1")
        .setMachine("gpu07")
        .setProtocol(MachinePowered.Protocol.IPMI)
        .setHost("10.9.0.7")
        .setPort(623)
        .setUser("cox")
        .setPassword(ByteString.copyFromUtf8("secret"))
        .setDeed(MachinePowered.Deed.OFF);
  }

  static VolumeMounted.Builder volume() {
    return VolumeMounted.newBuilder()
        .setClusterId(CLUSTER)
        .setVolume("data")
        .setWhat("files.site:/export/data")
        .setType("nfs")
        .setWhere("/mnt/data")
        .setOptions("soft,timeo=150,nofail,_netdev")
        .setHelper("mount.nfs")
        .setHelperPackage("nfs-common")
        .setProof("m-1")
        .setUser(CLUSTER)
        .setIsNetwork(true);
  }

  private static Step.Builder step() {
    return Step.newBuilder().setTitle("a step");
  }
}

package io.coxswain.controller.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.ImageFormat;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.VolumeType;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.ElasticNodes;
import io.coxswain.v1.MachinePowered;
import io.coxswain.v1.ResumeRefused;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.Step;
import io.coxswain.v1.VolumeMounted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssignmentToWireTest {
  private static final ClusterId C = new ClusterId("c-7f3a");

  private static final DriverSet DRIVER =
      new DriverSet(
          "nvidia-580-open 1",
          List.of(new DriverSet.File("/etc/apt/sources.list.d/x.sources", "Types: deb\n")),
          List.of(new DriverSet.Part("nvidia-open-580", "580.*")),
          true,
          false,
          "580.",
          DriverSet.Flavour.OPEN,
          List.of("nvidia-persistenced.service"),
          true);

  private static final Want.ElasticNodes.Slot SLOT =
      new Want.ElasticNodes.Slot(
          "c-7f3a-5", "c_7f3a_burst", "gpu:h200:8", 192, 1, 2, 48, 3, 1_959_850);

  private static final List<Want> WANTS =
      List.of(
          new Want.HostName("c-7f3a-0"),
          new Want.Hosts(List.of(new Want.Hosts.Entry("10.0.0.1", List.of("jump")))),
          new Want.User(
              "c-7f3a",
              20_000,
              20_000,
              "/home/c-7f3a",
              "/bin/bash",
              List.of("ssh-ed25519 AAAA me")),
          new Want.Packages(List.of("slurmd", "munge")),
          new Want.File("/etc/slurm/slurm.conf", "ClusterName=c-7f3a\n", 0644, "root", "root"),
          new Want.SecretFile(
              "/etc/munge.key",
              new Secret("key".getBytes(StandardCharsets.UTF_8)),
              0400,
              "munge",
              "munge"),
          new Want.Directory("/var/log/slurm", 0755, "slurm", "slurm"),
          new Want.Link("/etc/slurm/slurm.conf", "/etc/coxswain/slurm.conf"),
          new Want.Unit("slurmd.service", List.of("/etc/a"), List.of("/etc/b")),
          new Want.MpiProgram("/usr/local/lib/allreduce", "int main;"),
          new Want.NodesReady(C, List.of("c-7f3a-0")),
          new Want.NodeGone(C, "c-7f3a-0"),
          new Want.NodeDrained(C, "c-7f3a-0", "repair"),
          new Want.ElasticNodes(C, List.of(SLOT), List.of("c-7f3a-5")),
          new Want.ResumeRefused(C, "c-7f3a-5", "no free machine"),
          new Want.Rebooted("r-1"),
          new Want.GpuReset("r-1", "0000:18:00.0"),
          new Want.DriverFit(DRIVER),
          new Want.DriverInstalled("r-1", DRIVER),
          new Want.DriverLoaded("r-1", "580.", Optional.of(DriverSet.Flavour.OPEN), true),
          new Want.DriverRestored("r-2", "r-1"),
          new Want.CdiSpecification(),
          new Want.HealthCleared("r-1", "xid-79", "0000:18:00.0"),
          new Want.NodeRetested(C, "c-7f3a-0", "main", 2, 8, "/p", "c-7f3a", "pmix", "m-1/1"),
          new Want.NodesMeasured(
              C, List.of("c-7f3a-0"), "main", 8, "/p", "/r", "c-7f3a", "pmix", "op-1"),
          new Want.Quiesced(C, ClusterSpec.Intent.DESTROY_AFTER_JOBS),
          new Want.MpiCheck(
              C,
              List.of("c-7f3a-0"),
              "main",
              2,
              8,
              "/usr/local/lib/allreduce",
              "c-7f3a",
              "pmix",
              "proof-1"),
          new Want.ProcessesAbsent("c-7f3a", 20_000),
          new Want.UserAbsent("c-7f3a", 20_000, "/home/c-7f3a"),
          new Want.PathAbsent("/etc/coxswain/clusters/c-7f3a", true),
          new Want.UnitAbsent("coxswain-munged@c-7f3a.service"),
          new Want.Powered(
              "op-1",
              "gpu07",
              new Bmc(
                  Bmc.Protocol.REDFISH, "10.9.0.7", 443, "cox", "1", "ab".repeat(32), false, ""),
              new Secret("hunter2".getBytes(StandardCharsets.UTF_8)),
              PowerDeed.OFF,
              true),
          new Want.PoweredOff("op-1"),
          new Want.VolumeMounted(
              C,
              "data",
              "files:/export",
              "nfs",
              "/mnt/data",
              "soft,_netdev",
              VolumeType.NFS.helper(),
              "m-1",
              "c-7f3a",
              true,
              "c-7f3a",
              0700,
              true),
          new Want.VolumeUnmounted(C, "data", Want.VolumeUnmounted.Policy.REFUSE),
          new Want.VolumeMeasured("op-1", "data", "/mnt/data", "c-7f3a", 64),
          new Want.ImageLoaded("0123456789abcdef".repeat(4), ImageFormat.OCI_ARCHIVE, 1024),
          new Want.ContainerMade(
              C,
              "0123456789abcdef".repeat(4),
              List.of(new Want.ContainerMade.Bind("/home", "/home", false, false))),
          new Want.SlurmPlugin("/usr/local/lib/coxswain/container.so", "int i;"));

  @Test
  void everyWantIsTried() {
    assertThat(WANTS)
        .extracting(want -> (Object) want.getClass())
        .containsExactlyInAnyOrder((Object[]) Want.class.getPermittedSubclasses());
  }

  @Test
  void everyWantHasAStepOfItsOwn() {
    List<Step.KindCase> kinds = WANTS.stream().map(want -> wire(want).getKindCase()).toList();

    // A secret file is a file on the wire, with a mark.
    assertThat(kinds).doesNotContain(Step.KindCase.KIND_NOT_SET);
    assertThat(Arrays.asList(Step.KindCase.values()))
        .filteredOn(kind -> kind != Step.KindCase.KIND_NOT_SET)
        .allMatch(kinds::contains);
  }

  @Test
  void onlyASecretIsMarkedAsOne() {
    assertThat(wire(WANTS.get(4)).getFile().getSecret()).isFalse();
    Step secret = wire(WANTS.get(5));
    assertThat(secret.getFile().getSecret()).isTrue();
    assertThat(secret.getFile().getContent().toStringUtf8()).isEqualTo("key");
    assertThat(secret.getFile().getMode()).isEqualTo(256);
  }

  @Test
  void aPasswordIsOnTheWireAndInNoText() {
    Want.Powered want =
        WANTS.stream()
            .filter(Want.Powered.class::isInstance)
            .map(Want.Powered.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(wire(want).getMachinePowered().getPassword().toStringUtf8()).isEqualTo("hunter2");
    assertThat(wire(want).getMachinePowered().getDeed()).isEqualTo(MachinePowered.Deed.OFF);
    assertThat(wire(want).getMachinePowered().getForced()).isTrue();
    assertThat(want.toString()).doesNotContain("hunter2");
  }

  @Test
  void jobsAreNeverHarmedByMistake() {
    assertThat(wire(new Want.Quiesced(C, ClusterSpec.Intent.RUN)).getSlurmQuiesced().getPolicy())
        .isEqualTo(SlurmQuiesced.Policy.LET_RUN);
    assertThat(
            wire(new Want.Quiesced(C, ClusterSpec.Intent.DESTROY)).getSlurmQuiesced().getPolicy())
        .isEqualTo(SlurmQuiesced.Policy.REFUSE);
    assertThat(
            wire(new Want.Quiesced(C, ClusterSpec.Intent.DESTROY_AFTER_JOBS))
                .getSlurmQuiesced()
                .getPolicy())
        .isEqualTo(SlurmQuiesced.Policy.DRAIN);
    assertThat(
            wire(new Want.Quiesced(C, ClusterSpec.Intent.DESTROY_WITH_JOBS))
                .getSlurmQuiesced()
                .getPolicy())
        .isEqualTo(SlurmQuiesced.Policy.CANCEL);
  }

  @Test
  void aVolumeKeepsAllThatItIsMountedWithAndItsEndKeepsItsPolicy() {
    VolumeMounted mounted = wire(WANTS.get(WANTS.size() - 6)).getVolumeMounted();
    assertThat(mounted)
        .isEqualTo(
            VolumeMounted.newBuilder()
                .setClusterId("c-7f3a")
                .setVolume("data")
                .setWhat("files:/export")
                .setType("nfs")
                .setWhere("/mnt/data")
                .setOptions("soft,_netdev")
                .setHelper("mount.nfs")
                .setHelperPackage("nfs-common")
                .setProof("m-1")
                .setUser("c-7f3a")
                .setReadOnly(true)
                .setDirectoryOwner("c-7f3a")
                .setDirectoryMode(0700)
                .setIsNetwork(true)
                .build());
    for (Want.VolumeUnmounted.Policy policy : Want.VolumeUnmounted.Policy.values()) {
      assertThat(
              wire(new Want.VolumeUnmounted(C, "", policy)).getVolumeUnmounted().getPolicy().name())
          .isEqualTo(policy.name());
    }
  }

  @Test
  void aSlotKeepsAllThatSlurmIsToldOfIt() {
    assertThat(wire(new Want.ElasticNodes(C, List.of(SLOT), List.of())).getElasticNodes())
        .isEqualTo(
            ElasticNodes.newBuilder()
                .setClusterId("c-7f3a")
                .addSlots(
                    ElasticNodes.Slot.newBuilder()
                        .setName("c-7f3a-5")
                        .setFeature("c_7f3a_burst")
                        .setGres("gpu:h200:8")
                        .setCpus(192)
                        .setBoards(1)
                        .setSocketsPerBoard(2)
                        .setCoresPerSocket(48)
                        .setThreadsPerCore(3)
                        .setRealMemoryMib(1_959_850))
                .build());
    assertThat(wire(new Want.ResumeRefused(C, "c-7f3a-5", "no free machine")).getResumeRefused())
        .isEqualTo(
            ResumeRefused.newBuilder()
                .setClusterId("c-7f3a")
                .setNode("c-7f3a-5")
                .setReason("no free machine")
                .build());
  }

  @Test
  void groupsKeepTheirOrderAndTheirName() {
    Assignment assignment =
        new Assignment(
            7,
            List.of(
                new Assignment.Group(
                    "host",
                    List.of(),
                    0,
                    List.of(new Assignment.Step("set the host name", WANTS.getFirst()))),
                new Assignment.Group("c-7f3a/node", List.of("host"), 3, List.of())));

    io.coxswain.v1.Assignment wire = AssignmentToWire.assignment(assignment);

    assertThat(wire.getGeneration()).isEqualTo(7);
    assertThat(wire.getGroups(0).getSteps(0).getTitle()).isEqualTo("set the host name");
    assertThat(wire.getGroups(1).getAfterList()).containsExactly("host");
    assertThat(wire.getGroups(1).getRetry()).isEqualTo(3);
  }

  private static Step wire(Want want) {
    return AssignmentToWire.step(new Assignment.Step("title", want));
  }
}

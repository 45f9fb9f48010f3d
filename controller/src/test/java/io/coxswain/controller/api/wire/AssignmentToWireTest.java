package io.coxswain.controller.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.Step;
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
          new Want.Rebooted("r-1"),
          new Want.GpuReset("r-1", "0000:18:00.0"),
          new Want.DriverFit(DRIVER),
          new Want.DriverInstalled("r-1", DRIVER),
          new Want.DriverLoaded("r-1", "580.", Optional.of(DriverSet.Flavour.OPEN), true),
          new Want.DriverRestored("r-2", "r-1"),
          new Want.CdiSpecification(),
          new Want.HealthCleared("r-1", "xid-79", "0000:18:00.0"),
          new Want.NodeRetested(C, "c-7f3a-0", 2, 8, "/p", "c-7f3a", "pmix", "m-1/1"),
          new Want.NodesMeasured(C, List.of("c-7f3a-0"), 8, "/p", "/r", "c-7f3a", "pmix", "op-1"),
          new Want.Quiesced(C, ClusterSpec.Intent.DESTROY_AFTER_JOBS),
          new Want.MpiCheck(
              C,
              List.of("c-7f3a-0"),
              2,
              8,
              "/usr/local/lib/allreduce",
              "c-7f3a",
              "pmix",
              "proof-1"),
          new Want.ProcessesAbsent("c-7f3a", 20_000),
          new Want.UserAbsent("c-7f3a", 20_000, "/home/c-7f3a"),
          new Want.PathAbsent("/etc/coxswain/clusters/c-7f3a", true),
          new Want.UnitAbsent("coxswain-munged@c-7f3a.service"));

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

package io.coxswain.controller.slurm;

import static io.coxswain.controller.slurm.Confinement.CGROUP;
import static io.coxswain.controller.slurm.Confinement.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Golden;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.slurm.SlurmSettings.Worker;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmFilesTest {
  static final ClusterId CLUSTER = new ClusterId("c-7f3a");
  static final Shape GPUS = Shape.parse("8xH200");
  private static final MachineFacts.Slurm MEASURED =
      new MachineFacts.Slurm("22.05.8", 192, 1, 2, 48, 2, 2_063_000);

  static SlurmSettings settings(
      String version, Confinement confinement, Shape shape, Worker... workers) {
    return new SlurmSettings(
        CLUSTER,
        new SlurmSettings.Jumphost("jumphost", "10.0.0.1", 6817),
        SlurmVersion.parse(version),
        confinement,
        List.of(Nodepool.fixed(Nodepool.MAIN, shape, 2, Selector.ANY, List.of())),
        List.of(workers),
        64,
        OptionalInt.of(10_207));
  }

  static Worker worker(int index, int... minors) {
    return new Worker(
        CLUSTER.workerInstance(index), Nodepool.MAIN, IntStream.of(minors).boxed().toList());
  }

  static SlurmSettings gpus(String version, Confinement confinement) {
    return settings(
        version,
        confinement,
        GPUS,
        worker(0, 0, 1, 2, 3, 4, 5, 6, 7),
        worker(1, 0, 1, 2, 3, 4, 5, 6, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"22.05.8", "23.02.8", "23.11.4", "24.05.8", "24.11.5", "25.05.9", "25.11.8"})
  void theFilesOfEachVersionAreAsReviewed(String version) {
    Golden.resource("slurm/" + version + "-gpus-cgroup.txt", all(gpus(version, CGROUP)));
    Golden.resource("slurm/" + version + "-gpus-unconfined.txt", all(gpus(version, NONE)));
    Golden.resource(
        "slurm/" + version + "-cpu-cgroup.txt",
        all(settings(version, CGROUP, Shape.CPU, worker(0))));
  }

  @Test
  void theOrderOfWorkersChangesNothing() {
    SlurmSettings one = settings("22.05.8", NONE, GPUS, worker(0, 0, 1), worker(1, 0, 2));
    SlurmSettings other = settings("22.05.8", NONE, GPUS, worker(1, 0, 2), worker(0, 0, 1));
    assertThat(all(one)).isEqualTo(all(other));
  }

  @Test
  void aSecondClusterOnTheJumphostSharesNoPathAndNoUnit() {
    ClusterPaths one = new ClusterPaths(CLUSTER);
    ClusterPaths other = new ClusterPaths(new ClusterId("c-12ab"));
    assertThat(places(one)).doesNotHaveDuplicates().doesNotContainAnyElementsOf(places(other));
    assertThat(places(one)).allMatch(place -> place.contains("c-7f3a"));
  }

  @Test
  void anotherNodeChangesNoFileWhereDevicesAreAlike() {
    SlurmSettings two = gpus("22.05.8", CGROUP);
    SlurmSettings one = settings("22.05.8", CGROUP, GPUS, worker(0, 0, 1, 2, 3, 4, 5, 6, 7));
    assertThat(all(one)).isEqualTo(all(two));
  }

  @Test
  void moreHeadroomRestartsSlurmctldOnlyWhereAReconfigureWouldEndIt() {
    assertThat(SlurmctldUnit.render(more("22.05.8")))
        .isNotEqualTo(SlurmctldUnit.render(gpus("22.05.8", CGROUP)));
    assertThat(SlurmctldUnit.render(more("23.11.4")))
        .isEqualTo(SlurmctldUnit.render(gpus("23.11.4", CGROUP)));
    SlurmVersion slurmd = SlurmVersion.parse("22.05.8");
    assertThat(
            SlurmdDropIn.render(
                more("22.05.8"),
                new SlurmdDropIn.Node("c-7f3a-0", slurmd, "CPUs=2", List.of(), false)))
        .isEqualTo(
            SlurmdDropIn.render(
                gpus("22.05.8", CGROUP),
                new SlurmdDropIn.Node("c-7f3a-0", slurmd, "CPUs=2", List.of(), false)));
  }

  @Test
  void anOlderSlurmdIsGivenNoOptionThatItDoesNotKnow() {
    String dropIn =
        SlurmdDropIn.render(
            gpus("23.11.4", CGROUP),
            new SlurmdDropIn.Node(
                "c-7f3a-0", SlurmVersion.parse("22.05.8"), "CPUs=2", List.of(0, 1), false));
    assertThat(dropIn)
        .contains("slurmd -D ", "Type=simple")
        .doesNotContain("--authinfo", "--systemd");
  }

  @Test
  void anIpv6JumphostIsReachedByItsName() {
    assertThat(new SlurmSettings.Jumphost("jumphost", "fd00::1", 6817).server())
        .isEqualTo("jumphost:6817");
  }

  private static SlurmSettings more(String version) {
    SlurmSettings now = gpus(version, CGROUP);
    return new SlurmSettings(
        now.cluster(),
        now.jumphost(),
        now.version(),
        now.confinement(),
        now.pools(),
        now.workers(),
        128,
        OptionalInt.of(5000));
  }

  private static List<String> places(ClusterPaths paths) {
    return List.of(
        paths.directory(),
        paths.mungeRuntime(),
        paths.mungeState(),
        paths.mungedUnit(),
        paths.slurmctldUnit(),
        paths.slurmctldRuntime(),
        paths.slurmctldState(),
        paths.slurmctldLogs(),
        paths.slurmdSpool());
  }

  private static String all(SlurmSettings settings) {
    ClusterPaths paths = settings.paths();
    StringBuilder text = new StringBuilder();
    file(text, "jumphost " + paths.slurmConf(), SlurmConf.render(settings));
    file(text, "jumphost " + paths.gresConf(), GresConf.render(settings));
    file(text, "jumphost " + paths.cgroupConf(), CgroupConf.render(settings));
    file(text, "jumphost " + paths.mungedUnitFile(), MungedUnit.forJumphost(settings.cluster()));
    file(text, "jumphost " + paths.slurmctldUnitFile(), SlurmctldUnit.render(settings));
    file(text, "jumphost " + ClusterPaths.SLURMCTLD_DROP_IN, SlurmctldUnit.dropInForDefault());
    file(
        text,
        "worker " + paths.mungedUnitFile(),
        MungedUnit.forWorker(settings.cluster(), settings.version()));
    if (MungedUnit.takesDefaultSocket(settings.version())) {
      file(
          text,
          "worker " + ClusterPaths.MUNGE_DROP_IN,
          MungedUnit.dropInForDefault(settings.cluster()));
    }
    String options =
        NodeOptions.of(
                MEASURED,
                settings.mainPool().shape(),
                SlurmSettings.feature(CLUSTER, Nodepool.MAIN))
            .render();
    file(
        text,
        "worker " + ClusterPaths.SLURMD_DROP_IN,
        SlurmdDropIn.render(
            settings,
            new SlurmdDropIn.Node(
                "c-7f3a-0",
                settings.version(),
                options,
                settings.hasGpus() ? List.of(0, 1) : List.of(),
                false)));
    return text.toString();
  }

  private static void file(StringBuilder text, String where, String content) {
    text.append("=== ").append(where).append('\n').append(content).append('\n');
  }
}

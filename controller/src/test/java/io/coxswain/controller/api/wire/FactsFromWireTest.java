package io.coxswain.controller.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.v1.Gpu;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.SlurmCluster;
import io.coxswain.v1.SlurmFacts;
import io.coxswain.v1.SlurmJob;
import io.coxswain.v1.SlurmNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactsFromWireTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void theOtherEndOfTheStreamIsTheAddress() throws UnknownHostException {
    InetAddress remote = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});

    assertThat(facts(withInterfaces(), Optional.of(remote)).address()).isEqualTo("10.1.2.3");
  }

  @Test
  void fromThisVeryMachineTheFirstInterfaceThatOthersReachCounts() {
    assertThat(facts(withInterfaces(), Optional.of(InetAddress.getLoopbackAddress())).address())
        .isEqualTo("192.168.7.9");
    assertThat(facts(withInterfaces(), Optional.empty()).address()).isEqualTo("192.168.7.9");
    assertThat(facts(Observation.newBuilder(), Optional.empty()).address()).isEmpty();
  }

  @Test
  void gpusOfOneModelAreKnownInTheOrderOfTheBus() {
    GpuReading.Builder gpus = known(gpu(5, "H200", "0000:20:00.0"), gpu(1, "H200", "0000:10:00.0"));

    assertThat(facts(Observation.newBuilder().setGpus(gpus)).gpus())
        .isEqualTo(new Reading.Known<>(new MachineFacts.Gpus("H200", List.of(1, 5), "570.1")));
  }

  @Test
  void aMixOfModelsIsNoShape() {
    GpuReading.Builder gpus = known(gpu(0, "H200", "a"), gpu(1, "H200", "b"), gpu(2, "H100", "c"));

    assertThat(facts(Observation.newBuilder().setGpus(gpus)).gpus())
        .isEqualTo(new Reading.Failed<>("models are mixed: 1xH100, 2xH200 (expected: one model)"));
  }

  @Test
  void whatCouldNotBeReadSaysSo() {
    assertThat(gpus(GpuReading.State.UNSUPPORTED)).isEqualTo(new Reading.Unsupported<>("why"));
    assertThat(gpus(GpuReading.State.FAILED)).isEqualTo(new Reading.Failed<>("why"));
    assertThat(gpus(GpuReading.State.STATE_UNSPECIFIED))
        .isEqualTo(new Reading.Failed<>("the agent's report says nothing of them"));
    assertThat(gpus(GpuReading.State.KNOWN))
        .isEqualTo(new Reading.Unsupported<>("the driver lists none"));
  }

  @Test
  void slurmIsThereOnlyWithAVersion() {
    assertThat(facts(Observation.newBuilder().setSlurm(SlurmFacts.newBuilder().setCpus(8))).slurm())
        .isEmpty();
    assertThat(
            facts(
                    Observation.newBuilder()
                        .setSlurm(
                            SlurmFacts.newBuilder()
                                .setVersion("22.05.8")
                                .setCpus(8)
                                .setRealMemoryMib(1000)))
                .slurm())
        .contains(new MachineFacts.Slurm("22.05.8", 8, 0, 0, 0, 0, 1000));
  }

  @Test
  void nodesAndJobsOfEachSlurmctldAreKept() {
    SlurmCluster.Builder slurm =
        SlurmCluster.newBuilder()
            .setClusterId("c-7f3a")
            .setReachable(true)
            .addNodes(
                SlurmNode.newBuilder()
                    .setName("c-7f3a-0")
                    .setState("IDLE+DRAIN")
                    .setReason("cox: repair"))
            .addJobs(
                SlurmJob.newBuilder()
                    .setId(-1)
                    .setUser("c-7f3a")
                    .setState("RUNNING")
                    .addNodes("c-7f3a-0"));

    MachineFacts facts = facts(Observation.newBuilder().addSlurmClusters(slurm));

    MachineFacts.SlurmCluster told = facts.slurmCluster("c-7f3a").orElseThrow();
    assertThat(told.nodes())
        .containsExactly(
            new MachineFacts.SlurmCluster.Node("c-7f3a-0", "IDLE+DRAIN", "cox: repair", ""));
    assertThat(told.jobs().getFirst().id()).as("job ids have no sign").isEqualTo(4_294_967_295L);
  }

  private static Reading<MachineFacts.Gpus> gpus(GpuReading.State state) {
    return facts(
            Observation.newBuilder()
                .setGpus(GpuReading.newBuilder().setState(state).setReason("why")))
        .gpus();
  }

  private static Observation.Builder withInterfaces() {
    return Observation.newBuilder()
        .addInterfaces(nic(true, "127.0.0.1/8"))
        .addInterfaces(nic(false, "10.9.9.9/24"))
        .addInterfaces(
            nic(true, "fe80::1/64", "169.254.1.1/16", "192.168.7.9/24", "192.168.7.10/24"));
  }

  private static NetworkInterface nic(boolean isUp, String... addresses) {
    return NetworkInterface.newBuilder()
        .setName("eth")
        .setUp(isUp)
        .addAllAddresses(List.of(addresses))
        .build();
  }

  private static GpuReading.Builder known(Gpu... gpus) {
    return GpuReading.newBuilder()
        .setState(GpuReading.State.KNOWN)
        .setDriverVersion("570.1")
        .addAllGpus(List.of(gpus));
  }

  private static Gpu gpu(int minor, String model, String busId) {
    return Gpu.newBuilder().setMinor(minor).setModel(model).setPciBusId(busId).build();
  }

  private static MachineFacts facts(Observation.Builder observation) {
    return facts(observation, Optional.empty());
  }

  private static MachineFacts facts(Observation.Builder observation, Optional<InetAddress> remote) {
    return FactsFromWire.facts(observation.build(), remote, NOON);
  }
}

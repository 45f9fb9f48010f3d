package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.HostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idle nodes alone are measured, nobody else can get in, and no number is made up. */
class MeasureSlurmNodesTest {
  private static final String RESERVATION = "cox-test-c-7f3a";

  private final SlurmRack rack = new SlurmRack();

  @Test
  void pairsOfIdleNodesAreMeasuredAndNothingIsLeftBehind() {
    assertThat(measured(8))
        .contains(
            "measured mpi-latency c-7f3a-0 c-7f3a-1 1.50 us",
            "measured mpi-bandwidth c-7f3a-0 c-7f3a-1 12000.0 MB/s");
    assertThat(rack.cluster().reservations()).isEmpty();
    assertThat(rack.cluster().jobs()).isEmpty();
  }

  @Test
  void whatWasMeasuredIsNotMeasuredAgainForTheSameId() {
    step(8, "op-1").apply(rack.jumphost);
    assertThat(step(8, "op-1").check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(step(8, "op-2").check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    assertThat(step(8, "op-2").evidence(rack.jumphost)).isEmpty();
  }

  @Test
  void aBusyNodeIsSkippedAndItsJobRunsOn() {
    rack.cluster().submit("bob", "c-7f3a-0");
    List<String> lines = measured(0);
    assertThat(lines)
        .contains(
            "skipped - c-7f3a-0 - jobs run there",
            // Alone, its own two ranks are the pair.
            "measured mpi-latency c-7f3a-1 c-7f3a-1 1.50 us");
    assertThat(rack.cluster().jobs()).hasSize(1);
    assertThat(ran("srun")).allMatch(argv -> argv.contains("--nodelist=c-7f3a-1"));
  }

  @Test
  void drainedAndUnknownNodesAreSkippedWithTheReason() {
    rack.node(0).drain("fan is loud", "alice");
    MeasureSlurmNodes step =
        new MeasureSlurmNodes(
            SlurmRack.CLUSTER,
            List.of("c-7f3a-0", "c-7f3a-9"),
            "main",
            0,
            SlurmRack.PAIRWISE,
            SlurmRack.RUNTOOL,
            "c-7f3a",
            "pmix",
            "op-1");
    step.apply(rack.jumphost);
    assertThat(step.evidence(rack.jumphost).orElseThrow().lines())
        .containsExactly(
            "skipped - c-7f3a-0 - drained: fan is loud",
            "skipped - c-7f3a-9 - slurmctld does not know it");
    assertThat(ran("srun")).isEmpty();
    assertThat(rack.node(0).isDrained()).isTrue();
  }

  @Test
  void aJobThatStartsJustBeforeTheReservationIsNotDisturbed() {
    var real = rack.jumphost.commands();
    boolean[] first = {true};
    real.before(
        "scontrol",
        command -> {
          if (command.argv().contains("create") && first[0]) {
            first[0] = false;
            rack.cluster().submit("bob", "c-7f3a-1");
          }
        });
    assertThat(measured(0)).contains("skipped - c-7f3a-1 - jobs run there");
    assertThat(ran("scontrol").stream().filter(argv -> argv.contains("create"))).hasSize(2);
    assertThat(rack.cluster().jobs()).hasSize(1);
  }

  @Test
  void everythingRunsInsideTheReservation() {
    measured(8);
    assertThat(ran("srun"))
        .hasSizeGreaterThan(2)
        .allMatch(argv -> argv.contains("--reservation=" + RESERVATION));
    assertThat(ran("srun").stream().filter(argv -> argv.contains(SlurmRack.RUNTOOL)))
        .allMatch(argv -> argv.contains("--gres=gpu:8"));
    List<String> reserve =
        ran("scontrol").stream().filter(a -> a.contains("create")).findFirst().orElseThrow();
    // With ignore_jobs Slurm would reserve a node under a running job.
    assertThat(reserve).contains("flags=maint").contains("nodes=c-7f3a-0,c-7f3a-1");
  }

  @Test
  void anAgentThatDiedLeavesNoReservationBehindForTheNext() {
    new Slurm(rack.jumphost, SlurmRack.CLUSTER)
        .reserveIdle(RESERVATION, List.of("c-7f3a-0"), "c-7f3a");
    rack.cluster().submit("c-7f3a", "c-7f3a-0").asCheck();
    assertThat(measured(0)).contains("measured mpi-latency c-7f3a-0 c-7f3a-1 1.50 us");
    assertThat(rack.cluster().reservations()).isEmpty();
  }

  @Test
  void withoutToolsTheAnswerIsUnsupportedWithTheReason() {
    assertThat(measured(8))
        .contains(
            "unsupported host-to-device c-7f3a-0 - neither nvbandwidth nor bandwidthTest is there,"
                + " on PATH or beside CUDA",
            "unsupported nccl-all-reduce c-7f3a-1 - all_reduce_perf of nccl-tests is not there, on"
                + " PATH or beside CUDA");
    assertThat(measured(0, "op-2"))
        .contains("unsupported gpu-memory c-7f3a-0 - the cluster's shape has no GPU");
  }

  @Test
  void toolsThatAreThereAreRunAndOneThatFailsIsNamed() {
    rack.jumphost
        .commands()
        .on(
            "srun",
            command ->
                command.argv().contains("nvbandwidth")
                    ? FakeCommands.ok(
                        """
                        c-7f3a-0|Running host_to_device_memcpy_ce.
                        c-7f3a-0|memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)
                        c-7f3a-0|           0         1
                        c-7f3a-0| 0     55.64     31.10
                        c-7f3a-0|Running device_local_copy.
                        c-7f3a-0|memcpy local GPU(column) bandwidth (GB/s)
                        c-7f3a-0|           0         1
                        c-7f3a-0| 0     1900.1     1899.0
                        c-7f3a-0#exit 0
                        c-7f3a-1|CUDA_ERROR_SYSTEM_NOT_READY
                        c-7f3a-1#exit 1
                        """)
                    : FakeCommands.ok("c-7f3a-0#absent\nc-7f3a-1#absent\n"));
    assertThat(measured(2))
        .contains(
            "measured host-to-device c-7f3a-0 - 31.10 GB/s GPU 1, the slowest of 2",
            "measured gpu-memory c-7f3a-0 - 1899.00 GB/s GPU 1, the slowest of 2",
            "failed host-to-device c-7f3a-1 - exit 1: CUDA_ERROR_SYSTEM_NOT_READY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "world size=1 pairs=0 @ world size=1 pairs=0 ; worlds: 2 (expected: one of 2 ranks)",
        "nothing ; worlds: 0 (expected: one of 2 ranks)",
        "world size=2 pairs=1 ; pairs: 0 (expected: 1)",
        "pair a=x b=c-7f3a-1 latency_us=1.0 bandwidth_mbs=2.0 @ world size=2 pairs=1 ; nodes:"
      })
  void wrongOutputIsAFailedTestThoughTheExitStatusIsZero(String output, String fault) {
    rack.jumphost
        .commands()
        .on("srun", command -> FakeCommands.ok(output.strip().replace(" @ ", "\n")));
    assertThat(measured(0))
        .anyMatch(line -> line.startsWith("failed mpi-latency c-7f3a-0 - " + fault.strip()))
        .noneMatch(line -> line.startsWith("measured"));
    assertThat(rack.cluster().reservations()).isEmpty();
  }

  @Test
  void aReservationThatSlurmNeverGrantsIsToldWithSlurmsWords() {
    rack.jumphost
        .commands()
        .on(
            "scontrol",
            command ->
                command.argv().contains("create")
                    ? FakeCommands.error("Invalid user")
                    : command.argv().contains("node") || command.argv().contains("show")
                        ? FakeCommands.ok(
                            "NodeName=c-7f3a-0 State=IDLE\nNodeName=c-7f3a-1 State=IDLE\n")
                        : FakeCommands.ok(""));
    MeasureSlurmNodes step = step(0, "op-1");
    step.apply(rack.jumphost);
    assertThatThrownBy(() -> step.check(rack.jumphost))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("Invalid user");
    assertThat(step.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void noOtherStepWaitsForTheTests() {
    Runnable run = rack.jumphost.holdBackground();
    MeasureSlurmNodes step = step(8, "op-1");
    step.apply(rack.jumphost);
    assertThat(step.check(rack.jumphost)).isInstanceOf(Check.Pending.class);
    assertThat(ran("srun")).isEmpty();
    run.run();
    assertThat(step.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void ofAClusterThatWentAwayMeanwhileNothingIsMadeAnew() {
    Runnable run = rack.jumphost.holdBackground();
    step(0, "op-1").apply(rack.jumphost);
    String directory = "/etc/coxswain/clusters/" + SlurmRack.CLUSTER;
    boolean[] isGone = {false};
    rack.jumphost
        .effects()
        .listen(
            point -> {
              // All is measured; only the results are still to be kept.
              boolean isLast =
                  point.startsWith("after run scontrol delete") && !ran("srun").isEmpty();
              if (isLast && !isGone[0]) {
                isGone[0] = true;
                rack.jumphost.files().deleteTree(directory);
              }
            });
    run.run();
    assertThat(isGone[0]).isTrue();
    assertThat(rack.jumphost.files().stat(directory)).isEmpty();
  }

  private List<String> measured(int gpus) {
    return measured(gpus, "op-1");
  }

  private List<String> measured(int gpus, String id) {
    MeasureSlurmNodes step = step(gpus, id);
    step.apply(rack.jumphost);
    return step.evidence(rack.jumphost).orElseThrow().lines().toList();
  }

  private List<List<String>> ran(String program) {
    return rack.jumphost.commands().ran().stream()
        .map(Command::argv)
        .filter(argv -> argv.getFirst().equals(program))
        .toList();
  }

  private static MeasureSlurmNodes step(int gpus, String id) {
    return new MeasureSlurmNodes(
        SlurmRack.CLUSTER,
        SlurmRack.NODES,
        "main",
        gpus,
        SlurmRack.PAIRWISE,
        SlurmRack.RUNTOOL,
        "c-7f3a",
        "pmix",
        id);
  }
}

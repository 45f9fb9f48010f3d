package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gate believes nothing that it has not counted. */
class ProveMpiTest {
  private final SlurmRack rack = new SlurmRack();

  @Test
  void whatPassedIsKeptAsEvidenceAndNotRunAgain() {
    ProveMpi step = step("");
    step.apply(rack.jumphost);
    assertThat(step.evidence(rack.jumphost).orElseThrow().lines())
        .contains(
            "4 ranks on 2 nodes, all-reduce sum 10, 8 GPUs visible per node, 0.0 s",
            "rank 3 of 4 on c-7f3a-1: sum 10, 8 GPUs");
    assertThat(step.check(rack.jumphost)).isEqualTo(new Check.InSync());
    rack.jumphost.reboot();
    assertThat(step.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void anotherProofIsAskedForByName() {
    step("").apply(rack.jumphost);
    assertThat(step("machine m-17 took the slot").check(rack.jumphost))
        .isInstanceOf(Check.Drift.class);
  }

  @Test
  void itRunsAsTheUserThroughSlurmOverExactlyTheNodes() {
    step("").apply(rack.jumphost);
    Command srun =
        rack.jumphost.commands().ran().stream()
            .filter(command -> command.argv().getFirst().equals("srun"))
            .findFirst()
            .orElseThrow();
    assertThat(srun.user()).contains("c-7f3a");
    assertThat(srun.argv())
        .contains(
            "--nodelist=c-7f3a-0,c-7f3a-1",
            "--nodes=2",
            "--ntasks=4",
            "--partition=main",
            "--mpi=pmix")
        .contains("--gres=gpu:8");
    assertThat(srun.environment())
        .containsEntry("SLURM_CONF", "/etc/coxswain/clusters/c-7f3a/slurm.conf")
        .containsEntry("OMPI_MCA_mpi_yield_when_idle", "1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // The wrong pairing of MPI and PMI: four worlds of one.
        "rank=0 size=1 sum=1 host=c-7f3a-0 gpus=0,1 @ rank=0 size=1 sum=1 host=c-7f3a-0 gpus=0,1 ;"
            + " world: 1 (expected: 4)",
        "rank=0 size=4 sum=9 host=c-7f3a-0 gpus=0,1 ; all-reduce: 9 (expected: 10)",
        "rank=0 size=4 sum=10 host=c-7f3a-0 gpus=0 ; GPUs visible on c-7f3a-0: 1 (expected: 2)",
        "rank=0 size=4 sum=10 host=c-7f3a-0 gpus=- ; GPUs visible on c-7f3a-0: 0 (expected: 2)",
        "rank=0 size=4 sum=10 host=elsewhere gpus=0,1 ; ranks on c-7f3a-1: 0 (expected: 2)",
        "nothing ; ranks: 0 lines (expected: 4 different)"
      })
  void wrongOutputIsNamedThoughTheExitStatusIsZero(String lines, String fault) {
    rack.jumphost
        .commands()
        .on("srun", command -> FakeCommands.ok(lines.strip().replace(" @ ", "\n")));
    ProveMpi step =
        new ProveMpi(
            SlurmRack.CLUSTER,
            SlurmRack.NODES,
            "main",
            2,
            2,
            SlurmRack.PROGRAM,
            "c-7f3a",
            "pmix",
            "");
    step.apply(rack.jumphost);
    assertThatThrownBy(() -> step.check(rack.jumphost))
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.CHECK_FAILED);
              assertThat(e).hasMessageContaining(fault.strip());
              assertThat(e.tail()).isNotEmpty();
            });
    assertThat(step.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void aCheckThatAnAgentLeftBehindIsEndedFirst() {
    rack.cluster().submit("c-7f3a", "c-7f3a-0").asCheck();
    step("").apply(rack.jumphost);
    assertThat(rack.cluster().jobs()).isEmpty();
  }

  @Test
  void namesOfHostsMayHaveADomain() {
    assertThat(MpiRank.parseAll("rank=0 size=1 sum=1 host=n1.example.org gpus=3,4"))
        .isEqualTo(List.of(new MpiRank(0, 1, 1, "n1", 2)));
  }

  private static ProveMpi step(String proof) {
    return new ProveMpi(
        SlurmRack.CLUSTER,
        SlurmRack.NODES,
        "main",
        2,
        8,
        SlurmRack.PROGRAM,
        "c-7f3a",
        "pmix",
        proof);
  }
}

package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.report.SlurmCluster;
import io.coxswain.agent.report.SlurmJob;
import io.coxswain.agent.report.SlurmNode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlurmClusterProbeTest {
  private static final String CONF = "/etc/coxswain/clusters/c-7f3a/slurm.conf";
  private static final String NODES = CONF + " scontrol -o show node";
  private static final String JOBS = CONF + " squeue -h -a -o %A|%u|%T|%N|%j";

  private final PaperHost host = new PaperHost().file(CONF, "ClusterName=c-7f3a\n");

  @Test
  void nodesAndJobsAreReadFromTheClustersOwnSlurmctld() {
    host.prints(NODES, Captured.text("slurm-22.05.8/scontrol-node-busy.txt"))
        .prints(JOBS, Captured.text("slurm-22.05.8/squeue.txt"));

    assertThat(read())
        .containsExactly(
            new SlurmCluster.Reachable(
                "c-7f3a",
                List.of(new SlurmNode("c-7f3a-0", "MIXED+DYNAMIC_NORM", "", "")),
                List.of(
                    new SlurmJob(2, "c-7f3a", "arr", "PENDING", List.of()),
                    new SlurmJob(3, "c-7f3a", "wide", "PENDING", List.of()),
                    new SlurmJob(4, "c-7f3a", "arr", "RUNNING", List.of("c-7f3a-0")))));
  }

  @Test
  void flagsReasonAndGresAreKeptAsSlurmPrintsThem() {
    assertThat(SlurmClusterProbe.nodes(Captured.text("slurm-22.05.8/scontrol-node-invalid.txt")))
        .containsExactly(
            new SlurmNode(
                "c-7f3a-0",
                "IDLE+DRAIN+DYNAMIC_NORM+INVALID_REG",
                "gres/gpu count reported lower than configured (0 < 2)",
                "gpu:h200:2"));
    assertThat(SlurmClusterProbe.nodes(Captured.text("slurm-22.05.8/scontrol-node-drained.txt")))
        .extracting(SlurmNode::reason)
        .containsExactly("cox: gpu_lost gpu=0000:3a:00.0 reboot; see x=y | z  [ok]");
  }

  @Test
  void aJobsNameMayHoldTheSeparator() {
    assertThat(SlurmClusterProbe.jobs(Captured.text("slurm-22.05.8/squeue-odd-name.txt")))
        .containsExactly(new SlurmJob(1, "c-7f3a", "train | big model", "PENDING", List.of()));
  }

  @Test
  void aClusterWithoutNodesIsReachableAndEmpty() {
    host.prints(NODES, "No nodes in the system\n").prints(JOBS, "");

    assertThat(read()).containsExactly(new SlurmCluster.Reachable("c-7f3a", List.of(), List.of()));
  }

  @Test
  void aSlurmctldThatRefusesIsUnreachableAndNotEmpty() {
    host.ends(
        NODES, new Commands.Result(1, "", Captured.text("slurm-22.05.8/scontrol-unreachable.txt")));

    assertThat(read())
        .containsExactly(
            new SlurmCluster.Unreachable(
                "c-7f3a",
                "slurm_load_node error: Unable to contact slurm controller (connect failure)"));
    assertThat(host.ran()).containsExactly(NODES);
  }

  @Test
  void aSlurmctldThatIsSilentIsUnreachableAtTheDeadline() {
    assertThat(read()).containsExactly(new SlurmCluster.Unreachable("c-7f3a", "no answer in 5 s"));
  }

  @Test
  void wordsThatAreNotSlurmsAreNotAnEmptyCluster() {
    host.prints(NODES, "what\n").prints(JOBS, "");

    assertThat(read())
        .containsExactly(new SlurmCluster.Unreachable("c-7f3a", "scontrol printed \"what\""));
  }

  @Test
  void outputThatWasCutOffIsNotTakenForTheWhole() {
    host.prints(NODES, "NodeName=x State=IDLE\n".repeat(50_000)).prints(JOBS, "");

    assertThat(read())
        .containsExactly(
            new SlurmCluster.Unreachable(
                "c-7f3a", "scontrol printed too much (expected: less than 1048576 bytes)"));
  }

  @Test
  void aWorkerWithOnlyAMungeKeyHasNoSlurmctld() {
    PaperHost worker = new PaperHost().file("/etc/coxswain/clusters/c-7f3a/munge.key", "k");

    assertThat(new SlurmClusterProbe(worker.files(), worker.commands()).read()).isEmpty();
  }

  private List<SlurmCluster> read() {
    return new SlurmClusterProbe(host.files(), host.commands()).read();
  }
}

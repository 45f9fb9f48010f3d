package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeSlurm.Job;
import io.coxswain.agent.host.HostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node is tested while nobody else can use it, and is drained before and after. */
class RetestSlurmNodeTest {
  private static final String REASON = "cox: xid-79 gpu=0000:18:00.0 reboot";

  private final SlurmRack rack = new SlurmRack();
  private final RetestSlurmNode retest =
      new RetestSlurmNode(
          new ProveMpi(
              SlurmRack.CLUSTER,
              List.of("c-7f3a-0"),
              "main",
              2,
              8,
              SlurmRack.PROGRAM,
              "c-7f3a",
              "pmix",
              "m-1/1"));

  @Test
  void whatPassedIsStillDrainedAndNotReserved() {
    rack.node(0).drain(REASON, "root");
    retest.apply(rack.jumphost);
    assertThat(retest.check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertDrainedAsBefore();
    assertThat(retest.evidence(rack.jumphost).orElseThrow()).contains("2 ranks on 1 nodes");
  }

  @Test
  void whatFailedIsStillDrainedAndNotReserved() {
    rack.node(0).drain(REASON, "root");
    rack.workers.getFirst().files().delete(SlurmRack.PROGRAM);
    assertThatThrownBy(() -> retest.apply(rack.jumphost)).isInstanceOf(HostException.class);
    assertThat(retest.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    assertDrainedAsBefore();
  }

  @Test
  void anAgentThatDiedInBetweenFinishesTheTest() {
    rack.node(0).drain(REASON, "root");
    new Slurm(rack.jumphost, SlurmRack.CLUSTER)
        .reserve("cox-re-test-c-7f3a-0", "c-7f3a-0", "c-7f3a");
    rack.node(0).resume();
    assertThat(retest.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    retest.apply(rack.jumphost);
    assertThat(rack.node(0).isDrained()).isTrue();
    assertThat(rack.cluster().reservations()).isEmpty();
  }

  @Test
  void jobsThatStillRunThereAreAwaited() {
    Job job = rack.cluster().submit("bob", "c-7f3a-0");
    rack.node(0).drain(REASON, "root");
    assertThat(retest.check(rack.jumphost)).isInstanceOf(Check.Pending.class);
    rack.cluster().finish(job.id());
    assertThat(retest.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void aNodeThatAPersonDrainedIsLeftToThem() {
    rack.node(0).drain("fan is loud", "alice");
    assertThat(retest.check(rack.jumphost))
        .isInstanceOfSatisfying(
            Check.Pending.class, pending -> assertThat(pending.what()).contains("fan is loud"));
  }

  private void assertDrainedAsBefore() {
    assertThat(rack.node(0).isDrained()).isTrue();
    assertThat(rack.node(0).reason()).isEqualTo(REASON);
    assertThat(rack.cluster().reservations()).isEmpty();
  }
}

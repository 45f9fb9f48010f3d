package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeSlurm.Job;
import io.coxswain.agent.step.QuiesceSlurm.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What steps do to Slurm's live state, and what they leave to people. */
class SlurmStepsTest {
  private final SlurmRack rack = new SlurmRack();
  private final ReadySlurmNodes ready = new ReadySlurmNodes(SlurmRack.CLUSTER, SlurmRack.NODES);

  @Test
  void aNodeThatAPersonDrainedIsTheirsAndCountsAsReady() {
    rack.node(0).drain("fan is loud", "alice");
    assertThat(ready.check(rack.jumphost)).isEqualTo(new Check.InSync());
    ready.apply(rack.jumphost);
    assertThat(rack.node(0).isDrained()).isTrue();
    assertThat(rack.node(0).reason()).isEqualTo("fan is loud");
  }

  @Test
  void aPersonWhoUsesSlurmsWordsIsStillAPerson() {
    rack.node(0).down("Not responding", "root");
    assertThat(ready.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void whatSlurmSetByItselfIsResumed() {
    rack.node(0).down("Node unexpectedly rebooted", "slurm");
    rack.node(1).drain("gres/gpu count reported lower than configured (0 < 8)", "slurm");
    assertThat(ready.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    ready.apply(rack.jumphost);
    assertThat(ready.check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(rack.node(1).isDrained()).isFalse();
  }

  @Test
  void aNodeThatHasNotRegisteredIsAwaited() {
    ReadySlurmNodes three =
        new ReadySlurmNodes(SlurmRack.CLUSTER, java.util.List.of("c-7f3a-0", "c-7f3a-9"));
    assertThat(three.check(rack.jumphost))
        .isEqualTo(new Check.Pending("c-7f3a-9 has not registered", Duration.ofSeconds(90)));
  }

  @Test
  void aMachineWithoutPowerDoesNotRespond() {
    rack.workers.getFirst().powerOff();
    assertThat(ready.check(rack.jumphost))
        .isInstanceOfSatisfying(
            Check.Pending.class,
            pending -> assertThat(pending.what()).isEqualTo("c-7f3a-0 does not respond"));
  }

  @Test
  void aSlurmctldThatDoesNotAnswerIsAwaited() {
    rack.jumphost.units().kill("coxswain-slurmctld@c-7f3a.service");
    assertThat(ready.check(rack.jumphost))
        .isInstanceOfSatisfying(
            Check.Pending.class,
            pending -> assertThat(pending.what()).contains("Unable to contact slurm controller"));
  }

  @Test
  void drainingGivesOurReasonAndWaitsForJobs() {
    Job job = rack.cluster().submit("bob", "c-7f3a-0");
    DrainSlurmNode drain = new DrainSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0", "gpu lost");
    drain.apply(rack.jumphost);
    assertThat(rack.node(0).reason()).isEqualTo("cox: gpu lost");
    assertThat(drain.check(rack.jumphost)).isInstanceOf(Check.Pending.class);
    rack.cluster().finish(job.id());
    assertThat(drain.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void aDrainThatSomebodyElseSetServesAndKeepsItsReason() {
    rack.node(0).drain("fan is loud", "alice");
    DrainSlurmNode drain = new DrainSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0", "gpu lost");
    assertThat(drain.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void refusingNamesTheJobsAndTheirUsersAndTouchesNothing() {
    rack.cluster().submit("bob", "c-7f3a-0");
    rack.cluster().submit("eve");
    QuiesceSlurm refuse = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE);
    assertThat(refuse.check(rack.jumphost))
        .isEqualTo(new Check.Blocked("jobs: 1 of bob, 2 of eve (expected: none)"));
    assertThat(rack.cluster().jobs()).hasSize(2);
  }

  @Test
  void aTestOfOursIsNoReasonToKeepTheClusterAndEndsWithIt() {
    rack.cluster().submit("c-7f3a", "c-7f3a-0").in("cox-test-c-7f3a");
    QuiesceSlurm refuse = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE);
    assertThat(refuse.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    refuse.apply(rack.jumphost);
    assertThat(rack.cluster().jobs()).isEmpty();
    assertThat(refuse.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void aJobThatStartsBetweenTheDrainsKeepsNoNodeDrainedByUs() {
    rack.node(1).drain("fan is loud", "alice");
    QuiesceSlurm refuse = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE);
    rack.jumphost
        .effects()
        .listen(
            point -> {
              if (point.startsWith("before run scontrol") && point.contains("state=drain")) {
                rack.cluster().submit("bob", "c-7f3a-0");
              }
            });
    refuse.apply(rack.jumphost);
    assertThat(rack.node(0).isDrained()).isFalse();
    assertThat(rack.node(1).reason()).isEqualTo("fan is loud");
    assertThat(refuse.check(rack.jumphost))
        .isEqualTo(new Check.Blocked("jobs: 1 of bob (expected: none)"));
  }

  @Test
  void aJobThatStartsAfterTheDrainsUndoesThemToo() {
    QuiesceSlurm refuse = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE);
    drainedForTheEnd();
    rack.cluster().submit("bob");
    assertThat(refuse.check(rack.jumphost))
        .isEqualTo(new Check.Drift(List.of("c-7f3a-0: undrain", "c-7f3a-1: undrain")));
    refuse.apply(rack.jumphost);
    assertThat(refuse.check(rack.jumphost)).isInstanceOf(Check.Blocked.class);
    assertThat(rack.node(0).isDrained()).isFalse();
  }

  // As an agent leaves it that is killed between the drains and what follows.
  private void drainedForTheEnd() {
    rack.node(0).drain("cox: the cluster is being destroyed", "root");
    rack.node(1).drain("cox: the cluster is being destroyed", "root");
  }

  @Test
  void withoutJobsNothingCanStartOneAnyMore() {
    QuiesceSlurm refuse = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE);
    refuse.apply(rack.jumphost);
    assertThat(rack.jumphost.units().isActive("coxswain-slurmctld@c-7f3a.service")).isFalse();
    assertThat(refuse.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void lettingJobsRunEndsOnlyTheDrainsOfARefusedEnd() {
    drainedForTheEnd();
    rack.node(1).drain("cox: gpu lost", "root");
    QuiesceSlurm letRun = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.LET_RUN);
    assertThat(letRun.check(rack.jumphost))
        .isEqualTo(new Check.Drift(List.of("c-7f3a-0: undrain")));
    letRun.apply(rack.jumphost);
    assertThat(letRun.check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(rack.node(1).isDrained()).isTrue();
  }

  @Test
  void drainingAClusterCancelsWhatWaitsAndAwaitsWhatRuns() {
    Job running = rack.cluster().submit("bob", "c-7f3a-0");
    rack.cluster().submit("eve");
    QuiesceSlurm drain = new QuiesceSlurm(SlurmRack.CLUSTER, Policy.DRAIN);
    drain.apply(rack.jumphost);
    assertThat(rack.cluster().jobs()).containsExactly(running);
    assertThat(rack.node(1).reason()).startsWith("cox: ");
    assertThat(drain.check(rack.jumphost))
        .isInstanceOfSatisfying(
            Check.Pending.class,
            pending -> assertThat(pending.what()).isEqualTo("jobs still run: 1 of bob"));
    rack.cluster().finish(running.id());
    drain.apply(rack.jumphost);
    assertThat(drain.check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void aClusterThatWasTakenDownHasNoJobsAndNoNodes() {
    new RemoveUnit("coxswain-slurmctld@c-7f3a.service").apply(rack.jumphost);
    assertThat(new QuiesceSlurm(SlurmRack.CLUSTER, Policy.REFUSE).check(rack.jumphost))
        .isEqualTo(new Check.InSync());
    assertThat(new DeleteSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0").check(rack.jumphost))
        .isEqualTo(new Check.InSync());
    assertThat(new DrainSlurmNode(SlurmRack.CLUSTER, "c-7f3a-0", "x").check(rack.jumphost))
        .isEqualTo(new Check.InSync());
  }

  @Test
  void aBrokenSlurmctldKeepsNobodyFromCancelling() {
    rack.jumphost.units().kill("coxswain-slurmctld@c-7f3a.service");
    assertThat(new QuiesceSlurm(SlurmRack.CLUSTER, Policy.CANCEL).check(rack.jumphost))
        .isEqualTo(new Check.InSync());
  }
}

package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.coxswain.agent.host.FakeSlurm.Job;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slots of power saving come, change and go only while they are empty; nobody's job is lost. */
class ElasticStepsTest {
  private static final ElasticSlot FIVE = SlurmRack.slot(5);
  private static final ElasticSlot SIX = SlurmRack.slot(6);

  private final SlurmRack rack = new SlurmRack();

  @Test
  void slotsThatAreAlikeAreCreatedTogether() {
    wish(FIVE, SIX).apply(rack.jumphost);
    assertThat(commands())
        .contains(
            "scontrol create nodename=c-7f3a-5,c-7f3a-6 cpus=192 boards=1 socketsperboard=2"
                + " corespersocket=48 threadspercore=2 realmemory=1959850 feature=c_7f3a_burst"
                + " gres=gpu:h200:8 state=CLOUD");
    assertThat(state("c-7f3a-6")).isEqualTo("IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN");
    assertThat(wish(FIVE, SIX).check(rack.jumphost)).isEqualTo(new Check.InSync());
    // The nodes that joined by themselves are no slots.
    assertThat(rack.cluster().nodes()).containsKeys("c-7f3a-0", "c-7f3a-1");
  }

  @Test
  void aSlotThatIsNotWishedGoesOnceItIsEmpty() {
    rack.create(FIVE, SIX);
    rack.node("c-7f3a-6").powerUp();
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(new Check.InSync());
    rack.node("c-7f3a-6").come();
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(new Check.InSync());
    rack.node("c-7f3a-6").powerDown();
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(Check.Drift.of("c-7f3a-6: delete"));
    wish(FIVE).apply(rack.jumphost);
    assertThat(rack.cluster().nodes()).doesNotContainKey("c-7f3a-6").containsKey("c-7f3a-5");
  }

  @Test
  void aSlotThatAJobWasJustGivenIsLeftAlone() {
    rack.create(FIVE);
    Job job = rack.cluster().submit("bob", "c-7f3a-5");
    assertThat(wish().check(rack.jumphost)).isEqualTo(new Check.InSync());
    rack.cluster().finish(job.id());
    assertThat(wish().check(rack.jumphost)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void slotsOfOtherNamesAreNotOurs() {
    new Slurm(rack.jumphost, SlurmRack.CLUSTER).create(List.of("cloud-1"), FIVE.options());
    assertThat(wish().check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void anEmptySlotOfAnotherDescriptionIsMadeAnew() {
    rack.create(FIVE);
    ElasticSlot less =
        new ElasticSlot(FIVE.name(), FIVE.feature(), FIVE.gres(), 192, 1, 2, 48, 2, 1_900_000);
    assertThat(wish(less).check(rack.jumphost))
        .isEqualTo(
            Check.Drift.of("c-7f3a-5: make anew with realmemory=1900000, is realmemory=1959850"));
    wish(less).apply(rack.jumphost);
    assertThat(wish(less).check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(wish(FIVE).check(rack.jumphost)).isInstanceOf(Check.Drift.class);

    rack.node("c-7f3a-5").powerUp();
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void aFailedResumeIsClearedSoThatJobsGetTheSlotAgain() {
    rack.create(FIVE);
    rack.node("c-7f3a-5").resumeTimedOut();
    assertThat(wish(FIVE).check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    wish(FIVE).apply(rack.jumphost);
    // Without NOT_RESPONDING: slurmctld would give the slot to nobody after a reconfigure.
    assertThat(state("c-7f3a-5")).isEqualTo("IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN");
  }

  @Test
  void whatAResumeOfAnEmptySlotLeftIsClearedToo() {
    rack.create(FIVE);
    rack.node("c-7f3a-5").drain("fan is loud", "alice");
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(new Check.InSync());
    rack.node("c-7f3a-5").resume();
    assertThat(wish(FIVE).check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    wish(FIVE).apply(rack.jumphost);
    assertThat(state("c-7f3a-5")).isEqualTo("IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN");
  }

  @Test
  void aDrainOfOursEndsWithTheMachineThatItWasFor() {
    rack.create(FIVE, SIX);
    rack.node("c-7f3a-5").drain("cox: xid-79", "root");
    rack.node("c-7f3a-6").drain("cox: asked for (alice)", "root");
    assertThat(wish(FIVE, SIX).check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    wish(FIVE, SIX).apply(rack.jumphost);
    assertThat(state("c-7f3a-5")).isEqualTo("IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN");
    assertThat(state("c-7f3a-6")).contains("DRAIN");
    assertThat(wish(FIVE, SIX).check(rack.jumphost)).isEqualTo(new Check.InSync());
  }

  @Test
  void aSlotThatAPersonTookDownStaysDown() {
    rack.create(FIVE);
    rack.node("c-7f3a-5").down("no budget", "alice");
    assertThat(wish(FIVE).check(rack.jumphost)).isEqualTo(new Check.InSync());
    // But it is deleted with its pool.
    assertThat(wish().check(rack.jumphost)).isEqualTo(Check.Drift.of("c-7f3a-5: delete"));
  }

  @Test
  void aSlurmctldThatDoesNotAnswerIsAwaited() {
    rack.jumphost.units().kill("coxswain-slurmctld@c-7f3a.service");
    assertThat(wish(FIVE).check(rack.jumphost)).isInstanceOf(Check.Pending.class);
  }

  @Test
  void aResumeIsEndedAtOnceAndItsJobWaitsAgain() {
    rack.create(FIVE);
    Job job = rack.cluster().submit("bob", "c-7f3a-5");
    rack.node("c-7f3a-5").powerUp();
    EndResume end = new EndResume(SlurmRack.CLUSTER, "c-7f3a-5", "no free machine");
    assertThat(end.check(rack.jumphost))
        .isEqualTo(Check.Drift.of("c-7f3a-5: end its resume, cox: no free machine"));
    end.apply(rack.jumphost);
    assertThat(commands())
        .contains(
            "scontrol update nodename=c-7f3a-5 state=power_down_force reason=cox: no free machine");
    assertThat(end.check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(rack.cluster().jobs())
        .extracting(Job::id, Job::state)
        .containsExactly(tuple(job.id(), "PENDING"));
  }

  @Test
  void aMachineThatCameAfterAllKeepsItsJob() {
    rack.create(FIVE);
    rack.node("c-7f3a-5").powerUp();
    EndResume end = new EndResume(SlurmRack.CLUSTER, "c-7f3a-5", "no free machine");
    assertThat(end.check(rack.jumphost)).isInstanceOf(Check.Drift.class);
    rack.node("c-7f3a-5").come();
    end.apply(rack.jumphost);
    assertThat(commands()).noneMatch(line -> line.contains("power_down"));
  }

  @Test
  void theSlotsOfAClusterThatWasTakenDownNeedNothing() {
    String unit = "coxswain-slurmctld@c-7f3a.service";
    rack.jumphost.units().disable(unit);
    assertThat(wish().check(rack.jumphost)).isEqualTo(new Check.InSync());
    assertThat(new EndResume(SlurmRack.CLUSTER, "c-7f3a-5", "x").check(rack.jumphost))
        .isEqualTo(new Check.InSync());
  }

  private static MakeElasticNodes wish(ElasticSlot... slots) {
    return new MakeElasticNodes(SlurmRack.CLUSTER, List.of(slots), Set.of("c-7f3a-6"));
  }

  private String state(String node) {
    return rack.cluster().state(rack.node(node));
  }

  private List<String> commands() {
    return rack.jumphost.commands().ran().stream()
        .map(command -> String.join(" ", command.argv()))
        .toList();
  }
}

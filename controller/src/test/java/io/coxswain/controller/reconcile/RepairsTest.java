package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What people and the site's policy want done to machines, from the wish to its end. */
class RepairsTest {
  private static final String GPU = "0000:18:00.0";
  private Yard yard = new Yard(RepairPolicy.OFF);

  @Test
  void aNodeIsRebootedOnlyOnceItHasNoJobsAndThenTestedBeforeItGetsJobs() {
    ask("gpu01", Repair.Kind.REBOOT, "");
    yard.turn();
    assertThat(yard.wants("m-0"))
        .contains(new Want.NodeDrained(Yard.C, "c-0001-0", "repair reboot"));
    yard.done("m-1");
    assertThat(yard.repair("m-1")).as("its jobs still run").isEmpty();

    yard.done("m-0");
    assertThat(yard.repair("m-1"))
        .containsExactly(new Want.Rebooted(yard.care("m-1").orElseThrow().id()));
    assertThat(yard.care("m-1").orElseThrow().state()).isEqualTo(Repair.State.UNDER_WAY);

    yard.done("m-1");
    yard.turn();
    assertThat(yard.node(0).hold()).as("tested first").isPresent();
    assertThat(yard.wants("m-0")).anyMatch(want -> want instanceof Want.NodeRetested);
    yard.done("m-0");
    assertThat(yard.node(0).hold()).isEmpty();
    assertThat(yard.care("m-1")).isEmpty();
    assertThat(yard.events())
        .containsSubsequence("REPAIR_ASKED", "HELD", "REPAIRING", "REPAIRED", "RETURNED");
  }

  @Test
  void aRepairThatFailsIsSaidAndTheNodeIsJudgedAnew() {
    ask("gpu01", Repair.Kind.RESET_GPU, GPU);
    yard.turn();
    yard.done("m-0");
    assertThat(yard.repair("m-1")).hasSize(1).first().isInstanceOf(Want.GpuReset.class);
    yard.fail("m-1", "the GPU is in use by process 7");
    yard.settle("m-1");
    assertThat(yard.events()).contains("REPAIR_FAILED");
    assertThat(yard.care("m-1")).isEmpty();
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @Test
  void aFreeMachineIsRepairedAtOnceAndNotLeasedMeanwhile() {
    ask("gpu03", Repair.Kind.REBOOT, "");
    yard.turn();
    assertThat(yard.repair("m-3")).hasSize(1).first().isInstanceOf(Want.Rebooted.class);
    assertThatThrownBy(() -> ask("gpu01", Repair.Kind.REPLACE, ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("gpu03: being repaired: reboot");
    yard.done("m-3");
    yard.turn();
    assertThat(yard.care("m-3")).isEmpty();
    assertThat(yard.groups("m-3")).isEmpty();
  }

  @Test
  void aFaultIsForgottenWithoutWaitingForJobs() {
    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu01", Repair.Kind.CLEAR, "xid-79", GPU, false, "alice"));
    yard.turn();
    assertThat(yard.repair("m-1"))
        .containsExactly(
            new Want.HealthCleared(yard.care("m-1").orElseThrow().id(), "xid-79", GPU));
    assertThat(yard.node(0).hold()).isEmpty();
    yard.done("m-1");
    yard.turn();
    assertThat(yard.care("m-1")).isEmpty();
  }

  @Test
  void aSpareTakesThePlaceUnderTheSameNameAndTheOldOneIsKeptOut() {
    ask("gpu01", Repair.Kind.REPLACE, "");
    yard.turn();
    yard.done("m-0");
    assertThat(yard.wants("m-1")).contains(new Want.UnitAbsent("slurmd.service"));
    assertThat(yard.wants("m-0")).doesNotContain(new Want.NodeGone(Yard.C, "c-0001-0"));
    yard.done("m-1");
    assertThat(yard.wants("m-0")).contains(new Want.NodeGone(Yard.C, "c-0001-0"));
    assertThat(yard.node(0).machineId()).isEqualTo("m-1");

    yard.done("m-0");
    assertThat(yard.node(0).machineId()).isEqualTo("m-3");
    assertThat(yard.node(0).name()).isEqualTo("c-0001-0");
    assertThat(yard.machine("m-1").quarantine()).contains("replaced in c-0001-0", "alice");
    assertThat(yard.groups("m-1")).isEmpty();
    yard.settle("m-3");
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);

    yard.intents.repairs().release("gpu01", "bob");
    assertThat(yard.machine("m-1").isQuarantined()).isFalse();
  }

  @Test
  void aSilentMachineIsReplacedByForceAloneAndCleanedWhenItComesBack() {
    yard.silent.add("m-1");
    yard.turn();
    assertThatThrownBy(() -> ask("gpu01", Repair.Kind.REPLACE, ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("does not answer");
    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu01", Repair.Kind.REPLACE, "", "", true, "alice"));
    yard.turn();
    yard.done("m-0");
    yard.done("m-0");
    assertThat(yard.node(0).machineId()).as("its link may only have blinked").isEqualTo("m-1");
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    yard.turn();
    yard.done("m-0");
    assertThat(yard.node(0).machineId()).isEqualTo("m-3");
    assertThat(yard.machine("m-1").quarantine()).contains("its agent was silent");
    assertThatThrownBy(() -> yard.intents.repairs().release("gpu01", "bob"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not clean yet");
    assertThatThrownBy(() -> yard.intents.remove("gpu01"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("was replaced while silent");

    yard.silent.clear();
    yard.turn();
    assertThat(yard.wants("m-1")).contains(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-1");
    assertThat(yard.care("m-1")).isEmpty();
    yard.intents.repairs().release("gpu01", "bob");
  }

  @Test
  void aClusterThatGoesInTheMiddleOfAReplacementLeavesAFreeMachine() {
    ask("gpu01", Repair.Kind.REPLACE, "");
    yard.turn();
    yard.done("m-0");
    assertThat(yard.care("m-1").orElseThrow().state()).isEqualTo(Repair.State.UNDER_WAY);
    yard.intents.destroy("c-0001", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r");
    for (String machine : List.of("m-1", "m-2", "m-1", "m-2")) {
      yard.settle(machine);
    }
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.DESTROYED);
    assertThat(yard.care("m-1")).isEmpty();
    assertThat(yard.machine("m-1").isQuarantined()).isFalse();
  }

  @Test
  void aNodeThatFailedMayHaveJobsTooAndIsNotSetUpAnewMeanwhile() {
    yard.put(
        yard.node(0)
            .in(InstanceState.FAILED, yard.now, Optional.empty())
            .because(
                Optional.of(new GroupOutcome.Failure("CHECK_FAILED", "no MPI", List.of(), ""))));
    ask("gpu01", Repair.Kind.REPLACE, "");
    yard.turn();
    assertThat(yard.wants("m-1")).doesNotContain(new Want.UnitAbsent("slurmd.service"));
    assertThat(yard.wants("m-0"))
        .contains(new Want.NodeDrained(Yard.C, "c-0001-0", "repair replace"));
    assertThatThrownBy(() -> yard.intents.retry("c-0001-0", "r"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("its machine is being repaired: replace");
    yard.done("m-0");
    assertThat(yard.wants("m-1")).contains(new Want.UnitAbsent("slurmd.service"));
  }

  @Test
  void aMachineThatFallsSilentOverItsRepairIsGivenUpAndCanBeReplaced() {
    ask("gpu01", Repair.Kind.REBOOT, "");
    yard.turn();
    yard.done("m-0");
    yard.silent.add("m-1");
    yard.turn();
    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu01", Repair.Kind.REPLACE, "", "", true, "alice"));
    assertThat(yard.care("m-1").orElseThrow().work().kind()).isEqualTo(Repair.Kind.REPLACE);

    yard = new Yard(RepairPolicy.OFF);
    ask("gpu01", Repair.Kind.REBOOT, "");
    yard.turn();
    yard.done("m-0");
    yard.silent.add("m-1");
    yard.now = yard.now.plus(Duration.ofMinutes(46));
    yard.turn();
    yard.turn();
    assertThat(yard.events()).contains("REPAIR_FAILED");
    assertThat(yard.care("m-1")).isEmpty();
    assertThat(yard.node(0).hold()).as("kept from jobs").isPresent();
  }

  @Test
  void withoutASpareNothingIsTakenApart() {
    yard.silent.add("m-3");
    yard.turn();
    assertThatThrownBy(() -> ask("gpu01", Repair.Kind.REPLACE, ""))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no machine could take the place of gpu01")
        .hasMessageContaining("gpu03: agent");
    assertThat(yard.care("m-1")).isEmpty();
  }

  @Test
  void theSameWishTwiceIsOneAndAnotherIsRefused() {
    ask("gpu01", Repair.Kind.REBOOT, "");
    String id = yard.care("m-1").orElseThrow().id();
    ask("gpu01", Repair.Kind.REBOOT, "");
    assertThat(yard.care("m-1").orElseThrow().id()).isEqualTo(id);
    assertThatThrownBy(() -> ask("gpu01", Repair.Kind.RESET_GPU, GPU))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being repaired: reboot");
  }

  @Test
  void nothingIsRepairedByItselfUnlessTheSiteSaysSo() {
    sick("m-1", Verdict.Action.REBOOT);
    yard.turn();
    yard.turn();
    assertThat(yard.node(0).hold()).isPresent();
    assertThat(yard.care("m-1")).isEmpty();
  }

  @Test
  void theSitesPolicyRepairsWithinItsBudgetAndNotTwiceInTwelveHours() {
    yard = new Yard(new RepairPolicy(Set.of(Repair.Kind.REBOOT), 50));
    sick("m-1", Verdict.Action.REBOOT);
    sick("m-2", Verdict.Action.REBOOT);
    yard.turn();
    yard.turn();
    assertThat(yard.care("m-1").map(Repair::by)).contains("the site's policy");
    assertThat(yard.care("m-2")).as("half of two nodes is one").isEmpty();
    assertThat(yard.repair("m-1")).as("jobs still run").isEmpty();

    yard.verdicts.remove("m-2");
    yard.settle("m-1");
    assertThat(yard.care("m-1")).as("it did not help").isEmpty();
    assertThat(yard.machine("m-1").care().done()).hasSize(1);
    assertThat(yard.events()).containsOnlyOnce("REPAIRING");

    yard.now = yard.now.plus(Duration.ofHours(13));
    yard.turn();
    assertThat(yard.care("m-1")).isPresent();
  }

  @Test
  void aBudgetThatRoundsToNothingRepairsNothing() {
    yard = new Yard(new RepairPolicy(Set.of(Repair.Kind.REBOOT), 49));
    sick("m-1", Verdict.Action.REBOOT);
    yard.turn();
    yard.turn();
    assertThat(yard.care("m-1")).isEmpty();
  }

  private void ask(String machine, Repair.Kind kind, String subject) {
    yard.intents.repairs().ask(new Repairs.Wish(machine, kind, "", subject, false, "alice"));
  }

  private void sick(String machine, Verdict.Action action) {
    Verdict verdict =
        new Verdict(
            "xid-79",
            GPU,
            Verdict.Level.CRITICAL,
            "off the bus",
            "",
            Yard.NOON,
            action,
            true,
            "",
            1);
    yard.verdicts.put(machine, List.of(verdict));
  }
}

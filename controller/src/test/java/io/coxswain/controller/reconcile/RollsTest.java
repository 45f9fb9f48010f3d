package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Drivers on their way over machines. */
class RollsTest {
  private static final DriverSet DRIVER =
      new DriverSet(
          "nvidia-580-open 1",
          List.of(),
          List.of(new DriverSet.Part("nvidia-open-580", "580.*")),
          true,
          false,
          "580.",
          DriverSet.Flavour.OPEN,
          List.of("nvidia-persistenced.service"),
          true);
  private final Yard yard = new Yard(RepairPolicy.OFF);

  @Test
  void oneNodeAtATimeIsDrainedInstalledTestedAndGivenBack() {
    Operation begun = apply("m-1", "m-2");
    yard.turn();
    assertThat(states(begun)).containsExactly(Roll.State.UNDER_WAY, Roll.State.WAITING);
    yard.done("m-1");
    assertThat(yard.repair("m-1")).as("its jobs still run").isEmpty();
    yard.done("m-0");
    String id = begun.id() + "/m-1";
    assertThat(yard.repair("m-1"))
        .containsExactly(
            new Want.DriverFit(DRIVER),
            new Want.DriverInstalled(id, DRIVER),
            new Want.DriverLoaded(id, "580.", Optional.of(DriverSet.Flavour.OPEN), true),
            new Want.Unit("nvidia-persistenced.service", List.of(), List.of()),
            new Want.CdiSpecification());
    yard.done("m-1");
    assertThat(states(begun))
        .as("not yet tested")
        .containsExactly(Roll.State.UNDER_WAY, Roll.State.WAITING);
    assertThat(yard.node(1).hold()).isEmpty();
    yard.settle("m-1");
    assertThat(states(begun)).containsExactly(Roll.State.DONE, Roll.State.UNDER_WAY);
    yard.settle("m-2");
    assertThat(states(begun)).containsExactly(Roll.State.DONE, Roll.State.DONE);
    assertThat(yard.operation(begun.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.node(0).hold()).isEmpty();
    assertThat(yard.care("m-1")).isEmpty();
  }

  @Test
  void theFirstThatFailsStopsItAndGetsBackWhatItHad() {
    Operation begun = apply("m-1", "m-2", "m-3");
    yard.turn();
    yard.done("m-0");
    yard.fail("m-1", "kernel module 535.1 (expected: 580.)");
    yard.done("m-0");
    assertThat(states(begun))
        .containsExactly(Roll.State.ROLLING_BACK, Roll.State.SKIPPED, Roll.State.SKIPPED);
    assertThat(yard.node(0).hold()).as("kept from jobs meanwhile").isPresent();
    assertThat(yard.wants("m-0")).noneMatch(want -> want instanceof Want.NodeRetested);
    assertThat(yard.repair("m-1"))
        .first()
        .isEqualTo(new Want.DriverRestored(begun.id() + "/m-1/back", begun.id() + "/m-1"));
    yard.settle("m-1");
    assertThat(states(begun)).first().isEqualTo(Roll.State.ROLLED_BACK);
    assertThat(yard.node(0).hold()).isEmpty();
    Operation ended = yard.operation(begun.id());
    assertThat(ended.state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended.message())
        .contains(
            "0 of 3 machines done", "gpu01 rolled back: kernel module 535.1", "gpu02 skipped");
  }

  @Test
  void whatCannotBeBroughtBackIsKeptFromJobs() {
    Operation begun = apply("m-1");
    yard.turn();
    yard.done("m-0");
    yard.fail("m-1", "no GPU answers");
    yard.done("m-0");
    yard.fail("m-1", "the packages are gone");
    for (int i = 0; i < 6; i++) {
      yard.done("m-0");
    }
    assertThat(states(begun)).containsExactly(Roll.State.FAILED);
    assertThat(yard.node(0).hold()).isPresent();
    assertThat(yard.wants("m-0")).noneMatch(want -> want instanceof Want.NodeRetested);
    assertThat(yard.operation(begun.id()).message()).contains("could not be brought back");

    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu01", Repair.Kind.REBOOT, "", "", false, "alice"));
    yard.settle("m-1");
    assertThat(yard.node(0).hold()).as("somebody mended it").isEmpty();
  }

  @Test
  void whatAnotherRollLeftFailedIsNoObstacleToTheNext() {
    apply("m-1");
    yard.turn();
    yard.done("m-0");
    yard.fail("m-1", "no GPU answers");
    yard.done("m-0");
    yard.fail("m-1", "the packages are gone");
    yard.settle("m-0");
    assertThat(yard.care("m-1").orElseThrow().state()).isEqualTo(Repair.State.FAILED);
    Operation next = order("next", "m-1");
    yard.turn();
    yard.settle("m-1");
    assertThat(states(next)).containsExactly(Roll.State.DONE);
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @Test
  void aMemberWhoseMachineIsReplacedMeanwhileIsNoSuccess() {
    Operation begun = apply("m-1", "m-2");
    yard.turn();
    yard.done("m-0");
    yard.silent.add("m-1");
    yard.turn();
    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu01", Repair.Kind.REPLACE, "", "", true, "alice"));
    yard.turn();
    assertThat(states(begun)).containsExactly(Roll.State.FAILED, Roll.State.SKIPPED);
  }

  @Test
  void aTestThatPassedBeforeTheDriverChangedIsNoTestOfIt() {
    Operation begun = apply("m-1");
    yard.turn();
    Instant held = yard.node(0).hold().orElseThrow().since();
    yard.done("m-0");
    yard.done("m-1");
    yard.turn();
    assertThat(states(begun)).containsExactly(Roll.State.UNDER_WAY);
    assertThat(yard.node(0).hold().orElseThrow().since()).isAfter(held);
  }

  @Test
  void aFreeMachineNeedsNoDrainAndIsNotLeasedMeanwhile() {
    Operation begun = apply("m-3");
    yard.turn();
    assertThat(yard.repair("m-3")).isNotEmpty();
    yard.done("m-3");
    yard.turn();
    assertThat(states(begun)).containsExactly(Roll.State.DONE);
    assertThat(yard.groups("m-3")).isEmpty();
  }

  @Test
  void aMachineThatDoesNotAnswerIsLeftOutAndSaid() {
    yard.silent.add("m-3");
    yard.turn();
    Operation begun = apply("m-3", "m-1");
    yard.turn();
    assertThat(states(begun))
        .as("its link may only have blinked")
        .containsExactly(Roll.State.WAITING, Roll.State.UNDER_WAY);
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    yard.turn();
    yard.settle("m-1");
    assertThat(states(begun)).containsExactly(Roll.State.SKIPPED, Roll.State.DONE);
    assertThat(yard.operation(begun.id()).state()).isEqualTo(Operation.State.FAILED);
  }

  @Test
  void oneThatIsCancelledGoesNoFurtherAndTakesBackWhatIsHalfDone() {
    Operation begun = apply("m-1", "m-2");
    yard.turn();
    yard.done("m-0");
    assertThat(yard.repair("m-1")).isNotEmpty();
    yard.intents.cancel(begun.id(), "bob");
    yard.done("m-0");
    assertThat(states(begun)).containsExactly(Roll.State.ROLLING_BACK, Roll.State.SKIPPED);
    yard.settle("m-1");
    assertThat(states(begun)).containsExactly(Roll.State.ROLLED_BACK, Roll.State.SKIPPED);
    assertThat(yard.operation(begun.id()).state()).isEqualTo(Operation.State.CANCELLED);
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @Test
  void oneThatIsCancelledBeforeItBeganGivesTheNodeBack() {
    Operation begun = apply("m-1");
    yard.turn();
    yard.intents.cancel(begun.id(), "bob");
    yard.settle("m-1");
    assertThat(states(begun)).containsExactly(Roll.State.SKIPPED);
    assertThat(yard.node(0).hold()).isEmpty();
    assertThat(yard.events()).doesNotContain("REPAIRING");
  }

  @Test
  void aMachineIsPartOfOneRollAndTheSameRequestIsOne() {
    Operation begun = apply("m-1");
    assertThatThrownBy(() -> order("other", "m-1"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("gpu01 is part of " + begun.id());
    assertThat(order("request", "m-1").id()).isEqualTo(begun.id());
    assertThatThrownBy(() -> order("third", "m-0"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is a jumphost");
  }

  private Operation apply(String... machines) {
    return order("request", machines);
  }

  private Operation order(String request, String... machines) {
    return yard.intents
        .rolls()
        .begin(
            new Rolls.Order(
                "nvidia-580-open 1",
                false,
                Stream.of(machines).map(id -> new Rolls.Target(id, Optional.of(DRIVER))).toList(),
                1,
                true,
                "alice",
                request));
  }

  private List<Roll.State> states(Operation operation) {
    return yard.intents.rolls().roll(operation.id()).orElseThrow().members().stream()
        .map(Roll.Member::state)
        .toList();
  }
}

package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes come and go, and those that stay notice nothing but the names of the others. */
class ScalingTest {
  private final Yard yard = new Yard(RepairPolicy.OFF);

  @Test
  void aNewNodeIsProvenByItselfAndTheOthersNoticeNothing() {
    List<Want> before = withoutHosts("m-1");
    Operation operation = scale(3).operation().orElseThrow();
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.PENDING);
    yard.turn();
    assertThat(yard.node(2).machineId()).isEqualTo("m-3");
    yard.settle("m-3");
    assertThat(yard.node(2).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.operation(operation.id()).message()).isEqualTo("it has 3 nodes");
    assertThat(withoutHosts("m-1")).isEqualTo(before);
  }

  @Test
  void aNodeThatGoesHasNoJobsIsCleanedForgottenAndItsMachineIsFree() {
    List<Want> before = withoutHosts("m-1");
    Scaling.Outcome outcome = scale(1);
    assertThat(outcome.leaving()).containsExactly("c-0001-1");
    yard.turn();
    assertThat(yard.wants("m-0"))
        .contains(new Want.NodeDrained(Yard.C, "c-0001-1", "leave"))
        .doesNotContain(new Want.NodeGone(Yard.C, "c-0001-1"));
    assertThat(yard.wants("m-2")).doesNotContain(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-0");
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.DESTROYING);
    assertThat(yard.wants("m-2")).contains(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-2");
    assertThat(yard.wants("m-0")).contains(new Want.NodeGone(Yard.C, "c-0001-1"));
    yard.done("m-0");
    yard.turn();
    assertThat(yard.instances().stream().map(Instance::name))
        .containsExactly("c-0001-jumphost", "c-0001-0");
    assertThat(yard.machine("m-2").isQuarantined()).isFalse();
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.groups("m-2")).isEmpty();
    Operation operation = outcome.operation().orElseThrow();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(withoutHosts("m-1")).isEqualTo(before);
  }

  @Test
  void aMachineThatComesBackIsProvenAnew() {
    scale(3);
    String first = proofOf("m-3");
    leave("m-3");
    scale(3);
    String second = proofOf("m-3");
    assertThat(second).isNotEqualTo(first);
  }

  private String proofOf(String machine) {
    for (int i = 0; i < 12; i++) {
      Optional<String> proof =
          yard.wants("m-0").stream()
              .filter(Want.MpiCheck.class::isInstance)
              .map(want -> ((Want.MpiCheck) want).proof())
              .findFirst();
      yard.done("m-0");
      yard.done(machine);
      if (proof.isPresent()) {
        yard.settle(machine);
        return proof.get();
      }
    }
    throw new AssertionError("no gate");
  }

  private void leave(String machine) {
    scale(2);
    for (int i = 0; i < 4; i++) {
      yard.done("m-0");
      yard.done(machine);
    }
    assertThat(yard.groups(machine)).isEmpty();
  }

  @Test
  void theSameRequestStartsNothingNew() {
    assertThat(scale(3).operation()).isEqualTo(scale(3).operation());
    assertThat(yard.instances()).hasSize(4);
    assertThatThrownBy(() -> yard.intents.scaling().remove("c-0001-1", false, "alice", request(3)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("request id: " + request(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 5000})
  void anImpossibleSizeIsRefused(int size) {
    assertThatThrownBy(() -> scale(size))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("size: " + size);
  }

  @Test
  void whatCannotBeIsRefusedAndChangesNothing() {
    assertThatThrownBy(() -> scale(4))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no capacity for 2 more 8xH200: 1 of 2 machines fit");
    assertThatThrownBy(() -> remove("c-0001-jumphost", false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is the jumphost");
    yard.silent.add("m-2");
    yard.turn();
    assertThatThrownBy(() -> remove("c-0001-1", false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("gpu02 does not answer");
    // The other one can go.
    assertThat(scale(1).leaving()).containsExactly("c-0001-0");
    assertThatThrownBy(() -> scale(2))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being changed");
    assertThat(yard.operations()).hasSize(1);
  }

  @Test
  void theLastNodeDoesNotLeave() {
    remove("c-0001-1", false);
    for (int i = 0; i < 4; i++) {
      yard.done("m-0");
      yard.done("m-2");
    }
    assertThatThrownBy(() -> yard.intents.scaling().remove("c-0001-0", false, "alice", "r-x"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the last node");
  }

  @Test
  void aSilentMachineLeavesByForceAndIsKeptOutOfThePoolUntilItIsClean() {
    yard.silent.add("m-2");
    yard.turn();
    Operation operation = remove("c-0001-1", true);
    yard.turn();
    yard.done("m-0");
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    yard.turn();
    yard.done("m-0");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.machine("m-2").quarantine()).contains("left c-0001-1", "silent");
    yard.silent.clear();
    yard.turn();
    assertThat(yard.wants("m-2")).contains(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-2");
    assertThat(yard.care("m-2")).isEmpty();
  }

  @Test
  void aMachineThatWasSilentForLongLeavesByForceToo() {
    yard.silent.add("m-2");
    yard.turn();
    yard.now = yard.now.plus(Duration.ofMinutes(50));
    yard.turn();
    Operation operation = remove("c-0001-1", true);
    yard.turn();
    yard.done("m-0");
    yard.turn();
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    yard.turn();
    yard.done("m-0");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.instances()).hasSize(2);
  }

  @Test
  void aMachineThatDiesWhileItLeavesIsLeftBehindByForce() {
    Operation operation = remove("c-0001-1", false);
    yard.turn();
    yard.done("m-0");
    yard.silent.add("m-2");
    yard.turn();
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.DESTROYING);
    assertThatThrownBy(
            () ->
                yard.intents
                    .repairs()
                    .ask(new Repairs.Wish("gpu02", Repair.Kind.REPLACE, "", "", true, "bob")))
        .isInstanceOf(RefusedException.class);
    assertThat(yard.intents.scaling().remove("c-0001-1", true, "bob", "r-force").id())
        .isEqualTo(operation.id());
    yard.now = yard.now.plus(Duration.ofMinutes(2));
    yard.turn();
    yard.done("m-0");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    // It may come back and speak by its name: the number is not given again before.
    scale(2);
    yard.turn();
    assertThat(yard.instances().stream().map(Instance::name))
        .contains("c-0001-2")
        .doesNotContain("c-0001-1");
  }

  @Test
  void aRemovalWhoseNodeStillHasJobsCanBeTakenBack() {
    Operation operation = remove("c-0001-1", false);
    yard.turn();
    assertThatThrownBy(() -> yard.intents.drains().resume("c-0001-1", "bob"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("something is being done to c-0001-1: leave");
    yard.intents.cancel(operation.id(), "bob");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.CANCELLED);
    assertThat(yard.care("m-2")).isEmpty();
    for (int i = 0; i < 4; i++) {
      yard.done("m-0");
    }
    assertThat(yard.node(1).hold()).isEmpty();
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(2);
    Operation again = yard.intents.scaling().remove("c-0001-1", false, "alice", "r-again");
    yard.turn();
    yard.done("m-0");
    assertThatThrownBy(() -> yard.intents.cancel(again.id(), "bob"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no node waits for its jobs");
  }

  @Test
  void aNodeOfAClusterThatNeverServedLeavesNoGhost() {
    Instance jumphost = yard.instance(Instance.JUMPHOST);
    yard.put(
        jumphost
            .settled(jumphost.settled().serving(false))
            .in(InstanceState.FAILED, yard.now, Optional.empty()));
    yard.put(yard.node(1).in(InstanceState.FAILED, yard.now, Optional.empty()));
    Operation operation = remove("c-0001-1", false);
    yard.turn();
    for (int i = 0; i < 4; i++) {
      yard.done("m-2");
    }
    assertThat(yard.instances()).hasSize(2);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  @Test
  void aLeavingNodeDoesNotSpareADestroyTheQuestionForJobs() {
    remove("c-0001-1", false);
    yard.turn();
    yard.done("m-0");
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.DESTROYING);
    Cluster cluster = yard.clusters().getFirst();
    yard.store.write(
        tx -> {
          tx.save(cluster.with(cluster.spec().withIntent(ClusterSpec.Intent.DESTROY)));
          return true;
        });
    yard.turn();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.wants("m-0")).contains(new Want.Quiesced(Yard.C, ClusterSpec.Intent.DESTROY));
  }

  @Test
  void aClusterThatIsDestroyedMeanwhileTakesTheLeavingNodeWithIt() {
    Operation operation = remove("c-0001-1", false);
    yard.turn();
    yard.done("m-0");
    assertThat(yard.care("m-2").orElseThrow().state()).isEqualTo(Repair.State.UNDER_WAY);
    yard.intents.destroy("c-0001", ClusterSpec.Intent.DESTROY_WITH_JOBS, "r-9");
    for (String machine : List.of("m-1", "m-2", "m-1", "m-2")) {
      yard.settle(machine);
    }
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.CANCELLED);
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.machine("m-2").isQuarantined()).isFalse();
    assertThat(yard.node(0).state()).isEqualTo(InstanceState.DESTROYED);
  }

  @Test
  void aDrainIsAPersonsAndEndsByAPersonsWord() {
    yard.intents.drains().drain("c-0001-0", "fan is loud", "alice");
    yard.turn();
    assertThat(yard.wants("m-0"))
        .contains(new Want.NodeDrained(Yard.C, "c-0001-0", "fan is loud (alice)"));
    yard.settle("m-1");
    assertThat(yard.node(0).hold()).as("well, and still drained").isPresent();
    yard.intents.drains().resume("c-0001-0", "bob");
    yard.turn();
    assertThat(yard.wants("m-0")).anyMatch(want -> want instanceof Want.NodeRetested);
    yard.done("m-0");
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "a\nb", "it's", "$(reboot)", "`x`", "a\\b", "\u001b[31m"})
  void aReasonThatIsNoPlainTextIsRefused(String reason) {
    assertThatThrownBy(() -> yard.intents.drains().drain("c-0001-0", reason, "alice"))
        .isInstanceOf(InvalidSpecException.class);
    assertThat(yard.node(0).hold()).isEmpty();
  }

  @Test
  void aNodeThatIsNotWellIsNotGivenBackByAPersonsWord() {
    yard.put(
        yard.node(0)
            .held(
                Optional.of(
                    Hold.forRepair(
                        Repair.asked("r", Repair.Work.reboot(), "alice", yard.now), yard.now))));
    assertThatThrownBy(() -> yard.intents.drains().resume("c-0001-0", "bob"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("kept from jobs for a fault");
    assertThatThrownBy(() -> yard.intents.drains().drain("c-0001-jumphost", "x", "bob"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is the jumphost");
  }

  private Scaling.Outcome scale(int size) {
    return yard.intents
        .scaling()
        .scale(new Scaling.Wish("train", "", size, List.of(), "alice", request(size)));
  }

  // The same within a second of the yard's.
  private String request(int size) {
    return "r-" + size + "-" + yard.now.getEpochSecond();
  }

  private Operation remove(String name, boolean isForced) {
    return yard.intents.scaling().remove(name, isForced, "alice", "r-" + name);
  }

  private List<Want> withoutHosts(String machine) {
    return yard.wants(machine).stream().filter(want -> !(want instanceof Want.Hosts)).toList();
  }
}

package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Nodes that part where nobody can ask Slurm, or whose machine is off. */
class PartingsTest {
  private final Yard yard = new Yard(RepairPolicy.OFF);

  private void failJumphost() {
    yard.put(yard.instance(Instance.JUMPHOST).in(InstanceState.FAILED, yard.now, Optional.empty()));
    yard.silent.add("m-0");
    yard.turn();
  }

  private void minutes(int count) {
    yard.now = yard.now.plus(Duration.ofMinutes(count));
    yard.turn();
  }

  private Operation remove(boolean isForced) {
    Operation operation =
        yard.intents.scaling().remove("c-0001-1", isForced, "alice", "r-" + isForced);
    yard.turn();
    return operation;
  }

  @Test
  void aNodeThatMayHaveJobsStaysWhenItsJumphostHasFailedAndWhoAskedIsTold() {
    failJumphost();
    Operation operation = remove(false);
    minutes(9);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.IN_PROGRESS);
    minutes(1);
    Operation ended = yard.operation(operation.id());
    assertThat(ended.state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended.message())
        .contains(
            "c-0001-1 stays", "cox why c-0001-jumphost", "cox instance remove c-0001-1 --force");
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.node(1).state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(2);
    assertThat(yard.wants("m-2")).doesNotContain(new Want.UnitAbsent("slurmd.service"));
  }

  @Test
  void ofSeveralThatWereToLeaveAllAreCountedAgain() {
    failJumphost();
    yard.put(yard.node(0).in(InstanceState.RUNNING, yard.now, Optional.empty()));
    Operation operation =
        yard.intents
            .scaling()
            .scale(new Scaling.Wish("train", "", 1, List.of(), "alice", "r-down"))
            .operation()
            .orElseThrow();
    minutes(11);
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(2);
  }

  @Test
  void byForceItGoesWithoutAnybodyToAsk() {
    failJumphost();
    Operation operation = remove(true);
    minutes(10);
    assertThat(yard.wants("m-2")).contains(new Want.UnitAbsent("slurmd.service"));
    yard.done("m-2");
    yard.turn();
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(yard.instances()).hasSize(2);
    assertThat(yard.machine("m-2").isQuarantined()).isFalse();
  }

  @Test
  void oneThatIsCleanAlreadyIsNotKeptByAJumphostThatFailsThen() {
    Operation operation = remove(false);
    yard.done("m-0");
    failJumphost();
    yard.done("m-2");
    assertThat(yard.instances()).hasSize(3);
    minutes(10);
    // It tells of the jumphost, which is what somebody has to mend.
    assertThat(yard.operation(operation.id()).message()).startsWith("c-0001-jumphost: ");
    assertThat(yard.instances()).hasSize(2);
  }

  @Test
  void aReplacementWhoseJumphostFailedEndsToo() {
    failJumphost();
    yard.intents
        .repairs()
        .ask(new Repairs.Wish("gpu02", Repair.Kind.REPLACE, "", "", false, "bob"));
    minutes(11);
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.node(1).machineId()).isEqualTo("m-2");
    assertThat(yard.events()).contains("STAYS");
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(2);
  }

  @Test
  void aClusterEndsWithoutItsStoppedNodesMachineWhichIsCleanedWhenItComesUp() {
    yard.put(yard.node(1).in(InstanceState.STOPPED, yard.now, Optional.empty()));
    yard.silent.add("m-2");
    yard.turn();
    Operation operation =
        yard.intents.destroy("train", ClusterSpec.Intent.DESTROY_AFTER_JOBS, "r-end");
    for (int i = 0; i < 4; i++) {
      yard.done("m-0");
      yard.done("m-1");
    }
    Operation ended = yard.operation(operation.id());
    assertThat(ended.state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(ended.message()).contains("but for gpu02: off");
    assertThat(yard.machine("m-1").isQuarantined()).isFalse();
    assertThat(yard.machine("m-2").quarantine()).contains("left c-0001-1", "switched off");
    assertThat(yard.clusters()).isEmpty();
    yard.silent.clear();
    yard.turn();
    assertThat(yard.wants("m-2"))
        .contains(new Want.UnitAbsent("slurmd.service"), new Want.HostName("gpu02"));
    assertThat(yard.machine("m-2").isQuarantined()).isTrue();
    yard.done("m-2");
    assertThat(yard.machine("m-2").isQuarantined()).isFalse();
    assertThat(yard.care("m-2")).isEmpty();
    assertThat(yard.groups("m-2")).isEmpty();
  }

  @Test
  void moreNodesAreAddedToHoweverManyThereAre() {
    Scaling.Wish one = new Scaling.Wish("train", "", 1, List.of(), "alice", "r-more");
    assertThat(yard.intents.scaling().planMore(one).coming().leases()).hasSize(1);
    Operation operation = yard.intents.scaling().add(one).operation().orElseThrow();
    assertThat(yard.intents.scaling().add(one).operation()).contains(operation);
    assertThat(yard.clusters().getFirst().spec().size()).isEqualTo(3);
    yard.settle("m-3");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4096, Integer.MAX_VALUE})
  void anImpossibleNumberOfMoreNodesIsRefused(int more) {
    assertThatThrownBy(
            () ->
                yard.intents
                    .scaling()
                    .add(new Scaling.Wish("train", "", more, List.of(), "alice", "r-bad")))
        .isInstanceOf(InvalidSpecException.class);
    assertThat(yard.operations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEST_VOLUME", "TEST_NODES"})
  void whatOnlyMeasuresIsNotInTheWayOfScaling(String kind) {
    begin(Operation.Kind.valueOf(kind));
    assertThat(yard.intents.scaling().add(wish()).operation()).isPresent();
  }

  @Test
  void aVolumeOnItsWayIsInTheWayOfScaling() {
    begin(Operation.Kind.ATTACH_VOLUME);
    assertThatThrownBy(() -> yard.intents.scaling().add(wish()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being changed: op-v (ATTACH_VOLUME)");
  }

  private static Scaling.Wish wish() {
    return new Scaling.Wish("train", "", 1, List.of(), "alice", "r-wish");
  }

  private void begin(Operation.Kind kind) {
    yard.store.write(
        tx -> {
          tx.save(
              new Operation(
                  "op-v",
                  kind,
                  Operation.State.IN_PROGRESS,
                  Optional.of(Yard.C),
                  "r-v",
                  yard.now,
                  Optional.empty(),
                  ""));
          return true;
        });
  }
}

package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.slurm.CloudNode;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slot has a machine while slurmctld wants its node, and at no other time. */
class ElasticsTest {
  private static final String EMPTY = "IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN";
  private static final String WANTED = "MIXED+CLOUD+DYNAMIC_NORM+NOT_RESPONDING+POWERING_UP";
  private static final String BUSY = "MIXED+CLOUD+DYNAMIC_NORM";
  private static final String GIVEN_BACK = "IDLE+CLOUD+DYNAMIC_NORM+POWERING_DOWN";
  private static final String SLOT = "c-0001-2";

  private final Yard yard = new Yard(RepairPolicy.OFF);

  @BeforeEach
  void anEmptyPool() {
    Operation operation =
        yard.intents
            .nodepools()
            .create(new Nodepools.Request("train", "alice", "r-1", false), pool("burst", 0, 2))
            .operation()
            .orElseThrow();
    yard.slurm.put(SLOT, EMPTY);
    yard.slurm.put("c-0001-3", EMPTY);
    yard.turn();
    yard.done("m-0");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  private static Nodepool pool(String name, int min, int max) {
    return new Nodepool(
        name,
        "",
        new Shape(8, "H200"),
        min,
        max,
        Duration.ofSeconds(90),
        Selector.ANY,
        List.of(),
        false);
  }

  private Instance slot() {
    return yard.node(2);
  }

  private Optional<Want.ElasticNodes> told() {
    return yard.wants("m-0").stream()
        .filter(Want.ElasticNodes.class::isInstance)
        .map(Want.ElasticNodes.class::cast)
        .findFirst();
  }

  private void comes() {
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    for (int i = 0; i < 6; i++) {
      yard.done("m-0");
      yard.done("m-3");
    }
  }

  @Test
  void slotsAreToldToSlurmctldAndHaveNoMachine() {
    assertThat(told().orElseThrow().slots())
        .extracting(Want.ElasticNodes.Slot::name)
        .containsExactly(SLOT, "c-0001-3");
    assertThat(told().orElseThrow().slots().getFirst().gres()).isEqualTo("gpu:h200:8");
    assertThat(slot().isAsleep()).isTrue();
    String conf =
        yard.wants("m-0").stream()
            .filter(want -> want instanceof Want.File file && file.path().endsWith("slurm.conf"))
            .map(want -> ((Want.File) want).content())
            .findFirst()
            .orElseThrow();
    assertThat(conf)
        .contains("ResumeProgram=/usr/lib/coxswain/agent/bin/resume\n", "SuspendTime=INFINITE\n")
        .containsPattern("PartitionName=burst .* SuspendTime=90 ResumeTimeout=");
  }

  @Test
  void aJobBringsAMachineAndItsIdleTimeTakesItBack() {
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    assertThat(slot().machineId()).isEqualTo("m-3");
    for (int i = 0; i < 6; i++) {
      yard.done("m-0");
      yard.done("m-3");
    }
    assertThat(slot().state()).isEqualTo(InstanceState.CONFIGURING);
    assertThat(yard.wants("m-3"))
        .contains(new Want.File(CloudNode.JOINS_FILE, CloudNode.JOINS, 0644, "root", "root"));
    assertThat(yard.wants("m-0")).noneMatch(Want.MpiCheck.class::isInstance);
    yard.slurm.put(SLOT, BUSY);
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.RUNNING);
    assertThat(yard.wants("m-3")).contains(new Want.PathAbsent(CloudNode.JOINS_FILE, false));
    yard.slurm.put(SLOT, GIVEN_BACK);
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.DESTROYING);
    for (int i = 0; i < 4; i++) {
      yard.done("m-3");
    }
    assertThat(slot().isAsleep()).isTrue();
    assertThat(slot().failure()).isEmpty();
    assertThat(yard.groups("m-3")).isEmpty();
    assertThat(yard.machine("m-3").isQuarantined()).isFalse();
    assertThat(told().orElseThrow().slots()).hasSize(2);
    yard.slurm.put(SLOT, EMPTY);
    comes();
    assertThat(slot().machineId()).isEqualTo("m-3");
  }

  @Test
  void slurmctldIsNotConfiguredAnewWhenMachinesComeAndGo() {
    // Slurm 22.05 miscounts the jobs of a node that it configures anew while it powers up: the
    // node stays ALLOCATED after them.
    List<Want> before = files();
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    assertThat(slot().machineId()).isEqualTo("m-3");
    assertThat(files()).isEqualTo(before);
    comes();
    yard.slurm.put(SLOT, BUSY);
    yard.turn();
    assertThat(files()).isEqualTo(before);
    yard.slurm.put(SLOT, GIVEN_BACK);
    yard.turn();
    for (int i = 0; i < 4; i++) {
      yard.done("m-3");
    }
    assertThat(slot().isAsleep()).isTrue();
    assertThat(files()).isEqualTo(before);
  }

  private List<Want> files() {
    return yard.wants("m-0").stream()
        .filter(want -> want instanceof Want.File file && file.path().endsWith(".conf"))
        .toList();
  }

  @Test
  void withoutAMachineJobsAreSentBackUntilThereIsOne() {
    yard.silent.add("m-3");
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    assertThat(slot().isAsleep()).isTrue();
    assertThat(slot().failure().orElseThrow().message()).contains("gpu03: agent not connected");
    assertThat(yard.wants("m-0")).contains(new Want.ResumeRefused(Yard.C, SLOT, "no free machine"));
    assertThat(yard.events()).contains("NO_CAPACITY");
    yard.slurm.put(SLOT, EMPTY);
    yard.turn();
    assertThat(yard.wants("m-0")).anyMatch(Want.ResumeRefused.class::isInstance);
    yard.silent.clear();
    yard.turn();
    yard.turn();
    assertThat(yard.wants("m-0")).noneMatch(Want.ResumeRefused.class::isInstance);
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    assertThat(slot().machineId()).isEqualTo("m-3");
  }

  @Test
  void aMachineThatCannotBeSetUpIsGivenBackAndTheSlotRests() {
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    yard.fail("m-3", "host", "no package slurmd");
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.DESTROYING);
    assertThat(yard.wants("m-0"))
        .contains(new Want.ResumeRefused(Yard.C, SLOT, "its machine could not be set up"));
    for (int i = 0; i < 4; i++) {
      yard.done("m-3");
    }
    assertThat(slot().isAsleep()).isTrue();
    assertThat(slot().failure().orElseThrow().message()).contains("no package slurmd");
    yard.turn();
    assertThat(slot().hasMachine()).as("it rests though it is wanted").isFalse();
    yard.now = yard.now.plus(Duration.ofMinutes(10));
    yard.turn();
    yard.turn();
    assertThat(slot().machineId()).isEqualTo("m-3");
  }

  @Test
  void oneThatSomebodyKeepsFromJobsKeepsItsMachine() {
    comes();
    yard.slurm.put(SLOT, BUSY);
    yard.turn();
    yard.intents.drains().drain(SLOT, "fan is loud", "alice");
    yard.slurm.put(SLOT, GIVEN_BACK);
    yard.turn();
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.RUNNING);
    assertThat(told().orElseThrow().kept()).containsExactly(SLOT);
    yard.intents.drains().resume(SLOT, "alice");
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.DESTROYING);
    for (int i = 0; i < 4; i++) {
      yard.done("m-3");
    }
    assertThat(told().orElseThrow().kept()).isEmpty();
  }

  @Test
  void oneThatWasPoweredDownAndUpUnseenJoinsAnew() {
    comes();
    yard.slurm.put(SLOT, BUSY);
    yard.turn();
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.DESTROYING);
    for (int i = 0; i < 4; i++) {
      yard.done("m-3");
    }
    yard.turn();
    assertThat(slot().machineId()).isEqualTo("m-3");
    assertThat(slot().state()).isEqualTo(InstanceState.PROVISIONING);
  }

  @Test
  void aSlotThatComesDoesNotHoldUpAnotherChange() {
    yard.slurm.put(SLOT, WANTED);
    yard.turn();
    Operation operation =
        yard.intents
            .nodepools()
            .edit(
                new Nodepools.Request("train", "alice", "r-9", false),
                "burst",
                NodepoolsTest.bounds(0, 3))
            .operation()
            .orElseThrow();
    yard.turn();
    yard.done("m-0");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.SUCCEEDED);
  }

  @Test
  void whatSlurmctldCannotBeToldEndsTheOperation() {
    Operation operation =
        yard.intents
            .nodepools()
            .edit(
                new Nodepools.Request("train", "alice", "r-9", false),
                "burst",
                NodepoolsTest.bounds(0, 3))
            .operation()
            .orElseThrow();
    yard.turn();
    yard.fail("m-0", "c-0001/slots", "Invalid node name");
    assertThat(yard.operation(operation.id()).state()).isEqualTo(Operation.State.FAILED);
    assertThat(yard.operation(operation.id()).message()).contains("Invalid node name");
  }

  @Test
  void whereSlurmctldDoesNotAnswerNothingIsDecided() {
    comes();
    yard.slurm.put(SLOT, BUSY);
    yard.turn();
    yard.slurm.clear();
    yard.turn();
    assertThat(slot().state()).isEqualTo(InstanceState.RUNNING);
  }

  @Test
  void fewerSlotsGoAtOnceAndAreTakenFromSlurmctld() {
    Scaling.Outcome less =
        yard.intents
            .nodepools()
            .edit(
                new Nodepools.Request("train", "alice", "r-2", false),
                "burst",
                NodepoolsTest.bounds(0, 1));
    assertThat(less.leaving()).containsExactly("c-0001-3");
    yard.turn();
    assertThat(told().orElseThrow().slots()).hasSize(1);
    yard.done("m-0");
    yard.intents.nodepools().delete(new Nodepools.Request("train", "alice", "r-3", false), "burst");
    yard.turn();
    yard.turn();
    assertThat(told().orElseThrow().slots()).as("until slurmctld has forgotten").isEmpty();
    yard.slurm.clear();
    yard.done("m-0");
    yard.turn();
    assertThat(told()).isEmpty();
  }

  @Test
  void whatNoMachineIsLikeCannotBePromised() {
    Nodepool other =
        new Nodepool(
            "other",
            "",
            new Shape(8, "B200"),
            0,
            4,
            Nodepool.IDLE_TIME,
            Selector.ANY,
            List.of(),
            false);
    assertThatThrownBy(
            () ->
                yard.intents
                    .nodepools()
                    .create(new Nodepools.Request("train", "alice", "r-4", false), other))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no machine of shape 8xB200 is enrolled");
  }
}

package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One pass at a time, over a cluster of one node. */
class ReconcilerTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId C = new ClusterId("c-0001");

  private final MemoryStore store = new MemoryStore();
  private final Fleet fleet = new Fleet();
  private final List<Long> sent = new ArrayList<>();
  private Instant now = NOON;
  private final Reconciler reconciler =
      new Reconciler(
          store,
          fleet,
          new Recorded(),
          new ClusterSteps(
              "int main(void) { return 0; }",
              "int main(void) { return 0; }",
              "int main(void) { return 0; }"),
          () -> now);
  private final Explanation explanation = new Explanation(store, fleet, () -> now);

  ReconcilerTest() {
    enrol("m-0", "jumphost", Machine.Role.JUMPHOST);
    enrol("m-1", "gpu01", Machine.Role.WORKER);
    write(
        new Cluster(
            new ClusterSpec(
                C,
                "train",
                List.of(
                    Nodepool.fixed(
                        Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, List.of())),
                List.of(),
                false,
                20_000,
                6820,
                "jumphost",
                ClusterSpec.Intent.RUN,
                "alice",
                NOON),
            new Secret(new byte[1024]),
            Optional.empty()));
  }

  @Test
  void aMachineWithoutAnAddressIsNamedAtOnceAndGivenUpAfterAMinute() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "", 0);
    reconciler.pass(C);

    assertThat(worker().state()).isEqualTo(InstanceState.PENDING);
    assertThat(worker().deadline()).contains(NOON.plusSeconds(60));
    assertThat(explanation.of("c-0001-0"))
        .contains(
            "  error: no machine fits 8xH200: gpu01: no address that other machines can reach");

    now = NOON.plusSeconds(60);
    told("m-1", "", 0);
    reconciler.pass(C);
    assertThat(worker().state()).isEqualTo(InstanceState.FAILED);
    assertThat(worker().failure().map(GroupOutcome.Failure::nextAction))
        .contains("free or mend a machine, then: cox instance retry c-0001-0");
  }

  @Test
  void aJumphostWithoutAnAddressIsNamedAtOnceToo() {
    told("m-0", "", 0);
    told("m-1", "10.0.0.2", 0);
    reconciler.pass(C);
    assertThat(explanation.of("c-0001-jumphost"))
        .contains("  error: jumphost: no address that other machines can reach");
    now = NOON.plusSeconds(60);
    told("m-0", "", 0);
    reconciler.pass(C);
    assertThat(instance("c-0001-jumphost").state()).isEqualTo(InstanceState.FAILED);
  }

  @Test
  void aMachineThatReportsItsAddressInTimeIsLeasedAndNothingIsLeftOfTheWait() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "", 0);
    reconciler.pass(C);
    told("m-1", "10.0.0.2", 0);
    reconciler.pass(C);
    assertThat(worker().state()).isEqualTo(InstanceState.PROVISIONING);
    assertThat(worker().failure()).isEmpty();
    assertThat(worker().deadline().orElseThrow()).isAfter(NOON.plusSeconds(60));
  }

  @Test
  void anAssignmentGoesPastTheGenerationThatARejoinedAgentStillHolds() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "10.0.0.2", 41);
    reconciler.pass(C);
    assertThat(machine("m-1").generation()).isEqualTo(42);
    assertThat(sent).contains(42L);
  }

  @Test
  void anAgentThatComesBackWithANewerGenerationIsGivenANewerOneStill() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "10.0.0.2", 0);
    reconciler.pass(C);
    long first = machine("m-1").generation();
    told("m-1", "10.0.0.2", 100);
    reconciler.pass(C);
    assertThat(first).isEqualTo(1);
    assertThat(machine("m-1").generation()).isEqualTo(101);
  }

  @Test
  void anAgentThatHoldsTheNewestIsLeftAlone() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "10.0.0.2", 0);
    reconciler.pass(C);
    told("m-1", "10.0.0.2", 1);
    reconciler.pass(C);
    assertThat(machine("m-1").generation()).isEqualTo(1);
  }

  @Test
  void whatAStepWaitsForIsSaidWithTheStep() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "10.0.0.2", 0);
    reconciler.pass(C);
    GroupOutcome waiting =
        new GroupOutcome(
            1,
            "host",
            GroupOutcome.State.RUNNING,
            1,
            0,
            "install Slurm and MPI",
            3,
            4,
            "apt's lock is held by process 7",
            Optional.of(NOON),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "");
    fleet.outcome("m-1", waiting, now);
    assertThat(explanation.of("c-0001-0"))
        .contains(
            "  step: host: install Slurm and MPI (3 of 4, attempt 1, 0 s), waits for: apt's lock is"
                + " held by process 7");
  }

  @Test
  void aRetryWithTheSameRequestIdIsOneOperation() {
    told("m-0", "10.0.0.1", 0);
    told("m-1", "", 0);
    now = NOON.plusSeconds(60);
    reconciler.pass(C);
    Intents intents = new Intents(store, fleet, () -> now, new SplittableRandom(1), id -> {});
    Operation first = intents.retry("c-0001-0", "request-1");
    Operation again = intents.retry("c-0001-0", "request-1");
    assertThat(first.kind()).isEqualTo(Operation.Kind.RETRY_INSTANCE);
    assertThat(again).isEqualTo(first);
    assertThat(worker().retry()).isEqualTo(1);
  }

  /** Agents that are told and say nothing. */
  private final class Recorded implements Agents {
    @Override
    public void send(String machineId, Assignment assignment) {
      sent.add(assignment.generation());
    }

    @Override
    public void query(String machineId) {}

    @Override
    public void cutOff(String machineId) {}
  }

  /** Connects the machine's agent, which holds the generation, and lets it report. */
  private void told(String id, String address, long generation) {
    fleet.connected(id, generation, now);
    MachineFacts facts =
        new MachineFacts(
            now,
            address,
            id,
            "debian",
            "12",
            1L << 40,
            64,
            new Reading.Known<>(
                new MachineFacts.Gpus("H200", List.of(0, 1, 2, 3, 4, 5, 6, 7), "570.1")),
            8,
            new MachineFacts.Cgroups(2, true),
            Optional.empty(),
            "",
            false,
            List.of(),
            "boot",
            new MachineFacts.Judged(40, List.of()),
            Optional.empty());
    fleet.reported(id, facts, now);
  }

  private void enrol(String id, String name, Machine.Role role) {
    Machine machine =
        new Machine(
            id,
            name,
            role,
            "uuid-" + name,
            "",
            Map.of(),
            NOON,
            "01",
            NOON.plus(Duration.ofDays(365)),
            false,
            "",
            Optional.empty(),
            0,
            "");
    store.write(
        tx -> {
          tx.save(machine);
          return true;
        });
  }

  private void write(Cluster cluster) {
    store.write(
        tx -> {
          tx.save(cluster);
          tx.save(Instance.jumphost(C, NOON));
          tx.save(Instance.pending(C, 0, Nodepool.MAIN, NOON));
          return true;
        });
  }

  private Instance worker() {
    return instance("c-0001-0");
  }

  private Instance instance(String name) {
    return store.read(tx -> tx.instance(name)).orElseThrow();
  }

  private Machine machine(String id) {
    return store.read(tx -> tx.machine(id)).orElseThrow();
  }
}

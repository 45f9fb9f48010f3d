package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.plan.ClusterSteps;
import io.coxswain.controller.spec.Assignment;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A test of nodes, from the wish to the comparison with what the machines once reached. */
class ActiveTestsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId C = new ClusterId("c-0001");
  private static final String OPTIONS =
      "Feature=c_0001_main Gres=gpu:h200:8 CPUs=64 Boards=1 SocketsPerBoard=2 CoresPerSocket=16"
          + " ThreadsPerCore=2 RealMemory=900000";
  private static final String GOOD =
      """
      measured mpi-latency c-0001-0 c-0001-1 2.00 us
      measured mpi-bandwidth c-0001-0 c-0001-1 10000.0 MB/s
      measured host-to-device c-0001-0 - 55.00 GB/s GPU 3, the slowest of 8
      unsupported nccl-all-reduce c-0001-0 - all_reduce_perf is not there
      """;

  private final MemoryStore store = new MemoryStore();
  private final Fleet fleet = new Fleet();
  private final Map<String, Assignment> sent = new HashMap<>();
  private Instant now = NOON;
  private final Reconciler reconciler =
      new Reconciler(store, fleet, new Sent(), new ClusterSteps("int", "int", "int"), () -> now);
  private final ActiveTests tests =
      new ActiveTests(store, () -> now, new SplittableRandom(1), id -> {}, 8);

  ActiveTestsTest() {
    enrol("m-0", "jumphost", Machine.Role.JUMPHOST);
    enrol("m-1", "gpu01", Machine.Role.WORKER);
    enrol("m-2", "gpu02", Machine.Role.WORKER);
    store.write(
        tx -> {
          tx.save(cluster(ClusterSpec.Intent.RUN));
          tx.save(instance(Instance.JUMPHOST, "m-0"));
          tx.save(instance(0, "m-1"));
          tx.save(instance(1, "m-2"));
          return true;
        });
    fleet.connected("m-0", 0, now);
    reconciler.pass(C);
  }

  @Test
  void theJumphostsAgentIsAskedToMeasureAndNobodyElse() {
    Operation operation = start();
    reconciler.pass(C);
    assertThat(wants("m-0"))
        .contains(
            new Want.NodesMeasured(
                C,
                List.of("c-0001-0", "c-0001-1"),
                Nodepool.MAIN,
                8,
                "/usr/local/lib/coxswain/pairwise",
                "/usr/local/lib/coxswain/runtool",
                "c-0001",
                "pmix",
                operation.id()));
    tell(GroupOutcome.State.DONE, GOOD, 1);
    assertThat(wants("m-0")).noneMatch(Want.NodesMeasured.class::isInstance);
  }

  @Test
  void theFirstGoodResultIsTheMachinesBaseline() {
    Operation operation = start();
    tell(GroupOutcome.State.DONE, GOOD, 1);
    assertThat(ended(operation).state()).isEqualTo(Operation.State.SUCCEEDED);
    assertThat(ended(operation).message()).isEqualTo("3 results");
    assertThat(measured("m-1", "mpi-bandwidth").baseline()).isEqualTo(10_000);
    assertThat(measured("m-2", "mpi-bandwidth").peers()).isEqualTo(Measurement.BETWEEN_NODES);
    assertThat(measured("m-1", "host-to-device").peers()).isEqualTo(Measurement.WITHIN_NODE);
    List<Measurement> second = store.read(tx -> tx.measurements("m-2"));
    assertThat(second)
        .extracting(Measurement::kind)
        .containsExactly("mpi-bandwidth", "mpi-latency");
  }

  @Test
  void aMachineUnderItsOwnBaselineIsNamedInTheResultAndInAnEvent() {
    start();
    tell(GroupOutcome.State.DONE, GOOD, 1);
    now = now.plusSeconds(3600);
    Operation second = start();
    tell(GroupOutcome.State.DONE, GOOD.replace("55.00", "48.00").replace("2.00 us", "2.10 us"), 1);
    assertThat(ended(second).message())
        .isEqualTo("3 results; gpu01 host-to-device 13 % under its own baseline");
    assertThat(events("UNDER_BASELINE"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.machine()).isEqualTo("gpu01");
              assertThat(event.instance()).isEqualTo("c-0001-0");
              assertThat(event.message())
                  .isEqualTo(
                      "host-to-device 48.00 GB/s, once 55.00 GB/s: 13 % under its own baseline");
            });
    assertThat(measured("m-1", "host-to-device").baseline()).isEqualTo(55);
    assertThat(measured("m-1", "host-to-device").latest()).isEqualTo(48);
  }

  @Test
  void lessLatencyIsBetterAndMoreIsOverTheBaseline() {
    start();
    tell(GroupOutcome.State.DONE, GOOD, 1);
    Operation second = start();
    tell(GroupOutcome.State.DONE, GOOD.replace("2.00 us", "2.50 us"), 1);
    assertThat(ended(second).message())
        .contains("gpu01 mpi-latency 25 % over its own baseline")
        .contains("gpu02 mpi-latency 25 % over its own baseline");
    Operation third = start();
    tell(GroupOutcome.State.DONE, GOOD.replace("2.00 us", "0.50 us"), 1);
    assertThat(ended(third).message()).doesNotContain("baseline");
  }

  @Test
  void aNewBaselineIsTakenWhenAsked() {
    start();
    tell(GroupOutcome.State.DONE, GOOD, 1);
    Operation second = tests.start(new ActiveTests.Wish("train", List.of(), true, "r-2"));
    tell(GroupOutcome.State.DONE, GOOD.replace("55.00", "40.00"), 1);
    assertThat(ended(second).message()).doesNotContain("baseline");
    assertThat(measured("m-1", "host-to-device").baseline()).isEqualTo(40);
  }

  @Test
  void whatIsKeptFromJobsIsSkippedFromTheStart() {
    Verdict verdict =
        new Verdict(
            "xid-79",
            "",
            Verdict.Level.CRITICAL,
            "lost",
            "",
            NOON,
            Verdict.Action.REBOOT,
            true,
            "",
            1);
    store.write(
        tx -> {
          tx.save(instance(1, "m-2").held(Optional.of(Hold.of(verdict, NOON, NOON))));
          return true;
        });
    Operation operation = start();
    tell(GroupOutcome.State.DONE, "measured mpi-latency c-0001-0 c-0001-0 0.30 us", 1);
    assertThat(ended(operation).message())
        .isEqualTo("1 results, skipped: c-0001-1 (kept from jobs: xid-79 reboot)");
    assertThat(measured("m-1", "mpi-latency").peers()).isEqualTo(Measurement.WITHIN_NODE);
  }

  @Test
  void nothingIdleIsNoSuccess() {
    Operation operation = start();
    tell(
        GroupOutcome.State.DONE,
        "skipped - c-0001-0 - jobs run there\nskipped - c-0001-1 - jobs run there",
        1);
    assertThat(ended(operation).state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended(operation).message())
        .startsWith("no node was idle: c-0001-0 (jobs run there)");
  }

  @Test
  void aTestThatFailsOnANodeFailsAndKeepsTheRest() {
    Operation operation = start();
    tell(GroupOutcome.State.DONE, GOOD + "failed gpu-memory c-0001-1 - exit 1: ECC", 1);
    assertThat(ended(operation).state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended(operation).message())
        .isEqualTo("3 results, failed: gpu-memory c-0001-1 (exit 1: ECC)");
    assertThat(measured("m-1", "host-to-device").latest()).isEqualTo(55);
  }

  @Test
  void anAgentThatCannotOrNeverAnswersEndsTheTest() {
    Operation first = start();
    tell(GroupOutcome.State.FAILED, "", 1);
    assertThat(ended(first).state()).isEqualTo(Operation.State.IN_PROGRESS);
    tell(GroupOutcome.State.FAILED, "", 2);
    assertThat(ended(first).state()).isEqualTo(Operation.State.FAILED);
    assertThat(ended(first).message()).isEqualTo("slurmctld is away");
    Operation second = start();
    reconciler.pass(C);
    now = now.plus(Duration.ofMinutes(45));
    reconciler.pass(C);
    assertThat(ended(second).message()).startsWith("no result within 45 minutes");
  }

  @Test
  void oneTestAtATimeAndTheSameRequestIsTheSameTest() {
    Operation first = start();
    assertThat(tests.start(new ActiveTests.Wish("train", List.of(), false, first.requestId())))
        .isEqualTo(first);
    assertThatThrownBy(() -> tests.start(new ActiveTests.Wish("train", List.of(), false, "r-9")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is being tested");
  }

  @Test
  void aNodeOfAnotherClusterIsRefusedAndTheEndOfTheClusterEndsItsTest() {
    assertThatThrownBy(
            () -> tests.start(new ActiveTests.Wish("train", List.of("c-0002-0"), false, "r")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("c-0002-0");
    Operation operation = start();
    store.write(
        tx -> {
          tx.save(cluster(ClusterSpec.Intent.DESTROY_WITH_JOBS));
          return true;
        });
    reconciler.pass(C);
    assertThat(ended(operation).state()).isEqualTo(Operation.State.CANCELLED);
    List<NodeTest> open = store.read(tx -> tx.nodeTests());
    assertThat(open).isEmpty();
  }

  private int requests;

  private Operation start() {
    return tests.start(new ActiveTests.Wish("train", List.of(), false, "request-" + requests++));
  }

  /** The jumphost's agent tells of the test, as one that holds the newest assignment. */
  private void tell(GroupOutcome.State state, String evidence, int attempt) {
    reconciler.pass(C);
    Optional<GroupOutcome.Failure> failure =
        state == GroupOutcome.State.FAILED
            ? Optional.of(
                new GroupOutcome.Failure("COMMAND_FAILED", "slurmctld is away", List.of(), ""))
            : Optional.empty();
    fleet.outcome(
        "m-0",
        new GroupOutcome(
            store.read(tx -> tx.machine("m-0")).orElseThrow().generation(),
            "c-0001/test",
            state,
            attempt,
            0,
            "measure the idle nodes",
            1,
            1,
            "",
            Optional.empty(),
            Optional.empty(),
            failure,
            List.of(),
            evidence),
        now);
    reconciler.pass(C);
  }

  private Operation ended(Operation operation) {
    return store.read(tx -> tx.operation(operation.id())).orElseThrow();
  }

  private Measurement measured(String machine, String kind) {
    return store.read(tx -> tx.measurements(machine)).stream()
        .filter(measurement -> measurement.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private List<Event> events(String kind) {
    return store.read(tx -> tx.events(Optional.of(C), 0, 100)).stream()
        .filter(event -> event.kind().equals(kind))
        .toList();
  }

  private List<Want> wants(String machine) {
    Assignment assignment = sent.get(machine);
    return assignment == null
        ? List.of()
        : assignment.groups().stream()
            .flatMap(group -> group.steps().stream())
            .map(Assignment.Step::want)
            .toList();
  }

  private final class Sent implements Agents {
    @Override
    public void send(String machineId, Assignment assignment) {
      sent.put(machineId, assignment);
    }

    @Override
    public void query(String machineId) {}

    @Override
    public void cutOff(String machineId) {}
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

  private static Instance instance(int index, String machine) {
    boolean isJumphost = index == Instance.JUMPHOST;
    String options = isJumphost ? "" : OPTIONS;
    return Instance.pending(C, index, Nodepool.MAIN, NOON)
        .leasing(machine)
        .settled(new Settled("10.0.0.1", true, 2, List.of(0), "22.05.8", options, isJumphost))
        .in(InstanceState.RUNNING, NOON, Optional.empty());
  }

  private static Cluster cluster(ClusterSpec.Intent intent) {
    return new Cluster(
        new ClusterSpec(
            C,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 2, Selector.ANY, List.of())),
            List.of(),
            false,
            20_000,
            6820,
            "jumphost",
            intent,
            "alice",
            NOON),
        new Secret(new byte[1024]),
        Optional.empty());
  }
}

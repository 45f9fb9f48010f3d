package io.coxswain.controller.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Settled;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.Judged;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Nodes of machines that are not well take no jobs, until they are well and were tested. */
class HoldsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId ID = new ClusterId("c-7f3a");
  private static final String OPTIONS =
      "Feature=c_7f3a_main Gres=gpu:h200:8 CPUs=64 Boards=1 SocketsPerBoard=2 CoresPerSocket=16"
          + " ThreadsPerCore=2 RealMemory=900000";
  private static final ClusterSteps STEPS = new ClusterSteps("int main", "int main", "int main");
  private static final Verdict LOST =
      verdict("xid-79", "0000:18:00.0", Verdict.Action.REBOOT, true, "");

  private Instance worker =
      Instance.pending(ID, 0, Nodepool.MAIN, NOW)
          .leasing("m-1")
          .in(InstanceState.RUNNING, NOW, Optional.empty());
  private boolean isConnected = true;
  private String address = "10.0.0.2";
  private Instant reportedAt = NOW;

  @Test
  void aFaultKeepsTheNodeFromJobsAndSaysWhichCard() {
    Instance held = decide(LOST).instances().getFirst();
    assertThat(held.hold().orElseThrow().reason()).isEqualTo("xid-79 gpu=0000:18:00.0 reboot");
    worker = held;
    assertThat(wants(LOST))
        .containsExactly(new Want.NodeDrained(ID, "c-7f3a-0", "xid-79 gpu=0000:18:00.0 reboot"));
    assertThat(decide(LOST).instances()).isEmpty();
  }

  @Test
  void theDearestRepairIsTheReason() {
    Verdict reset = verdict("xid-95", "0000:19:00.0", Verdict.Action.RESET_GPU, true, "");
    assertThat(decide(reset, LOST).instances().getFirst().hold().orElseThrow().check())
        .isEqualTo("xid-79");
  }

  @Test
  void whatDoesNotDrainOrIsSwitchedOffHoldsNothing() {
    assertThat(decide(verdict("xid-13", "", Verdict.Action.NONE, false, "")).instances()).isEmpty();
    assertThat(
            decide(verdict("xid-79", "", Verdict.Action.REBOOT, true, "bad riser, until Friday"))
                .instances())
        .isEmpty();
  }

  @Test
  void silenceAndMemoriesChangeNothing() {
    isConnected = false;
    assertThat(decide(LOST).instances()).isEmpty();
    isConnected = true;
    address = "";
    assertThat(decide(LOST).instances()).isEmpty();
  }

  @Test
  void aFaultThatIsOverIsFollowedByATestAndOnlyThenByJobs() {
    worker = decide(LOST).instances().getFirst();
    assertThat(decide().instances()).as("a report as old as the fault").isEmpty();
    reportedAt = NOW.plusSeconds(5);
    worker = decide().instances().getFirst();
    assertThat(worker.hold().orElseThrow().isRetesting()).isTrue();
    assertThat(wants())
        .satisfiesExactly(
            test ->
                assertThat(test)
                    .isEqualTo(
                        new Want.NodeRetested(
                            ID,
                            "c-7f3a-0",
                            Nodepool.MAIN,
                            2,
                            8,
                            "/usr/local/lib/coxswain/allreduce",
                            "c-7f3a",
                            "pmix",
                            "m-1/" + NOW)),
            back -> assertThat(back).isEqualTo(new Want.NodesReady(ID, List.of("c-7f3a-0"))));
    assertThat(decide().instances()).as("not tested yet").isEmpty();
  }

  @Test
  void aFaultThatComesBackDuringTheTestIsHeldAnew() {
    worker =
        worker.held(
            Optional.of(Hold.of(LOST, NOW.minusSeconds(60), NOW.minusSeconds(60)).retesting()));
    Hold hold = decide(LOST).instances().getFirst().hold().orElseThrow();
    assertThat(hold.isRetesting()).isFalse();
    assertThat(hold.since()).as("names another test").isEqualTo(NOW);
  }

  @Test
  void aMachineThatFellIllWhileItWasSetUpFailsItsInstance() {
    worker = worker.in(InstanceState.CONFIGURING, NOW, Optional.of(NOW.plusSeconds(60)));
    Instance failed = decide(LOST).instances().getFirst();
    assertThat(failed.state()).isEqualTo(InstanceState.FAILED);
    assertThat(failed.failure().orElseThrow().reason()).isEqualTo("UNHEALTHY");
    assertThat(failed.failure().orElseThrow().message()).contains("gpu01", "xid-79");
  }

  @Test
  void anotherMachineIsNotHeldForTheOneBefore() {
    assertThat(worker.held(Optional.of(Hold.of(LOST, NOW, NOW))).leasing("m-2").hold()).isEmpty();
  }

  private Changes decide(Verdict... verdicts) {
    World world = world(verdicts);
    return Decision.decide(world, ID, new Assignments(world, STEPS), NOW);
  }

  /** What the jumphost should do about the worker. */
  private List<Want> wants(Verdict... verdicts) {
    return new Assignments(world(verdicts), STEPS)
        .groups("m-0").stream()
            .filter(group -> group.name().equals(GroupNames.hold(ID, "c-7f3a-0")))
            .map(Group::steps)
            .flatMap(List::stream)
            .map(step -> step.want())
            .toList();
  }

  private World world(Verdict... verdicts) {
    ClusterSpec spec =
        new ClusterSpec(
            ID,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 1, Selector.ANY, List.of())),
            List.of(),
            false,
            20_000,
            6817,
            "jumphost",
            ClusterSpec.Intent.RUN,
            "alice",
            NOW);
    Settled settled = new Settled("10.0.0.1", true, 2, List.of(), "22.05.8", "", true);
    Instance jumphost =
        Instance.jumphost(ID, NOW)
            .leasing("m-0")
            .settled(settled)
            .in(InstanceState.RUNNING, NOW, Optional.empty());
    Instance node =
        worker.settled(
            new Settled(
                "10.0.0.2", true, 2, List.of(0, 1, 2, 3, 4, 5, 6, 7), "22.05.8", OPTIONS, false));
    Map<String, MachineView> machines = new LinkedHashMap<>();
    machines.put("m-0", view("m-0", "jumphost", Machine.Role.JUMPHOST, new Judged(9, List.of())));
    machines.put(
        "m-1", view("m-1", "gpu01", Machine.Role.WORKER, new Judged(40, List.of(verdicts))));
    return new World(
        Map.of(ID, new Cluster(spec, new Secret(new byte[32]), Optional.empty())),
        Map.of(ID, List.of(jumphost, node)),
        machines,
        List.of());
  }

  private MachineView view(String id, String name, Machine.Role role, Judged judged) {
    Machine machine =
        new Machine(
            id,
            name,
            role,
            "",
            "",
            Map.of(),
            NOW,
            "",
            NOW.plus(Duration.ofDays(1)),
            false,
            "",
            Optional.empty(),
            1,
            "");
    MachineFacts facts =
        new MachineFacts(
            reportedAt,
            address,
            name,
            "debian",
            "12",
            1L << 40,
            64,
            new Reading.Unsupported<>("none"),
            0,
            new MachineFacts.Cgroups(2, true),
            Optional.empty(),
            "",
            false,
            List.of(),
            "boot",
            judged,
            Optional.empty());
    return new MachineView(
        machine, new Seen(Optional.of(facts), NOW, isConnected, 1, Map.of()), List.of());
  }

  private static Verdict verdict(
      String check, String subject, Verdict.Action action, boolean isDraining, String off) {
    return new Verdict(
        check,
        subject,
        off.isEmpty() ? Verdict.Level.CRITICAL : Verdict.Level.INFO,
        "GPU has fallen off the bus",
        "",
        NOW,
        action,
        isDraining,
        off,
        1);
  }
}

package io.coxswain.controller.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.v1.Lifecycle;
import io.coxswain.v1.Link;
import io.coxswain.v1.StepOutcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InstanceToWireTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId C = new ClusterId("c-7f3a");

  @Test
  void everyStateHasItsNameOnTheWire() {
    assertThat(InstanceState.values())
        .extracting(state -> InstanceToWire.lifecycle(state).name())
        .containsExactlyElementsOf(Arrays.stream(InstanceState.values()).map(Enum::name).toList());
  }

  @Test
  void withoutAMachineLinkAndHealthAreNotClaimed() {
    io.coxswain.v1.Instance wire =
        InstanceToWire.instance(
            Instance.pending(C, 0, Nodepool.MAIN, NOON),
            "8xH200",
            Optional.empty(),
            Optional.empty(),
            NOON);

    assertThat(wire.getLifecycle()).isEqualTo(Lifecycle.PENDING);
    assertThat(wire.getLink()).isEqualTo(Link.LINK_UNSPECIFIED);
    assertThat(wire.getHealth()).isEqualTo(io.coxswain.v1.Health.HEALTH_UNSPECIFIED);
    assertThat(wire.getScheduler()).isEmpty();
  }

  @Test
  void theRunningGroupIsTheStepAndOtherClustersOnTheMachineAreNotShown() {
    Seen seen =
        seen(
            outcome("host", GroupOutcome.State.DONE, "install Slurm and MPI", 0),
            outcome("c-7f3a/node", GroupOutcome.State.RUNNING, "start slurmd", 5),
            outcome("c-0000/node", GroupOutcome.State.RUNNING, "something else", 9));

    io.coxswain.v1.Instance wire = instance(InstanceState.CONFIGURING, seen);

    assertThat(wire.getStep()).isEqualTo("start slurmd");
    assertThat(wire.getWaitingFor()).isEqualTo("slurmd registers");
    assertThat(wire.getStepsList())
        .extracting(StepOutcome::getStep)
        .containsExactly("install Slurm and MPI", "start slurmd");
    assertThat(wire.getLink()).isEqualTo(Link.CONNECTED);
    assertThat(wire.getMachine()).isEqualTo("gpu01");
  }

  @Test
  void anInstanceThatRunsHasNoStep() {
    io.coxswain.v1.Instance wire =
        instance(
            InstanceState.RUNNING,
            seen(outcome("c-7f3a/node", GroupOutcome.State.DONE, "start slurmd", 5)));

    assertThat(wire.getStep()).isEmpty();
    assertThat(wire.getSteps(0).getMillis()).isEqualTo(120);
  }

  @Test
  void aFailureThatIsTriedAgainIsShownMeanwhile() {
    GroupOutcome failing =
        new GroupOutcome(
            1,
            "host",
            GroupOutcome.State.RUNNING,
            2,
            0,
            "install",
            1,
            4,
            "the lock's holder, process 7",
            Optional.of(NOON),
            Optional.empty(),
            Optional.of(
                new GroupOutcome.Failure(
                    "APT_LOCKED", "apt's lock is held", List.of("E: lock"), "wait")),
            List.of(),
            "");

    assertThat(instance(InstanceState.PROVISIONING, seen(failing)).getFailure().getMessage())
        .isEqualTo("apt's lock is held");
    assertThat(instance(InstanceState.RUNNING, seen(failing)).hasFailure()).isFalse();
  }

  @Test
  void theSchedulerIsWhatSlurmSays() {
    SlurmCluster slurm =
        new SlurmCluster(
            "c-7f3a",
            true,
            "",
            List.of(new SlurmCluster.Node("c-7f3a-0", "IDLE+DRAIN", "cox: repair", "")),
            List.of());
    SlurmCluster silent =
        new SlurmCluster("c-7f3a", false, "connection refused", List.of(), List.of());
    Instance worker = Instance.pending(C, 0, Nodepool.MAIN, NOON);
    Instance jumphost = Instance.jumphost(C, NOON);

    io.coxswain.v1.Instance drained =
        InstanceToWire.instance(worker, "cpu", Optional.empty(), Optional.of(slurm), NOON);
    assertThat(drained.getScheduler()).isEqualTo("IDLE+DRAIN");
    assertThat(drained.getSchedulerReason()).isEqualTo("cox: repair");
    io.coxswain.v1.Instance down =
        InstanceToWire.instance(jumphost, "cpu", Optional.empty(), Optional.of(silent), NOON);
    assertThat(down.getScheduler()).isEqualTo("DOWN");
    assertThat(down.getSchedulerReason()).isEqualTo("connection refused");
  }

  private static io.coxswain.v1.Instance instance(InstanceState state, Seen seen) {
    Machine machine =
        new Machine(
            "m-00000001",
            "gpu01",
            Machine.Role.WORKER,
            "u",
            "s",
            Map.of(),
            NOON,
            "01",
            NOON,
            false,
            "",
            Optional.empty(),
            1,
            "d");
    Instance instance =
        Instance.pending(C, 0, Nodepool.MAIN, NOON)
            .leasing(machine.id())
            .in(state, NOON, Optional.empty());
    return InstanceToWire.instance(
        instance,
        "8xH200",
        Optional.of(new InstanceToWire.Lease(machine, seen)),
        Optional.empty(),
        NOON);
  }

  private static Seen seen(GroupOutcome... outcomes) {
    return new Seen(
        Optional.empty(),
        NOON,
        true,
        1,
        Arrays.stream(outcomes).collect(Collectors.toMap(GroupOutcome::group, outcome -> outcome)));
  }

  private static GroupOutcome outcome(
      String group, GroupOutcome.State state, String step, int second) {
    return new GroupOutcome(
        1,
        group,
        state,
        1,
        0,
        step,
        1,
        4,
        state == GroupOutcome.State.RUNNING ? "slurmd registers" : "",
        Optional.of(NOON.plusSeconds(second)),
        Optional.empty(),
        Optional.empty(),
        List.of(new GroupOutcome.StepTime(step, "CHANGED", 120)),
        "");
  }
}

package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Clearances;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine is repaired once for each wish, and never under a job. */
class RepairStepsTest {
  private static final String GPU = "0000:18:00.0";

  private final FakeHost host = new FakeHost("gpu01");
  private final RebootMachine reboot = new RebootMachine("r-1");
  private final ResetGpu reset = new ResetGpu("r-2", GPU);

  @BeforeEach
  void aMachineThatTakesItsTime() {
    host.commands().on("systemctl", command -> FakeCommands.ok(""));
  }

  @Test
  void aRebootIsDoneWhenTheMachineHasBootedAndNotBefore() {
    reboot.apply(host);
    assertThat(reboot.check(host)).isInstanceOf(Check.Pending.class);
    host.reboot();
    assertThat(reboot.check(host)).isEqualTo(new Check.InSync());
    assertThat(new RebootMachine("r-9").check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void aBootThatNobodyAskedForIsNotTheOneThatWasAskedFor() {
    host.reboot();
    assertThat(reboot.check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void aMachineThatDidNotHearIsAskedAgain() {
    reboot.apply(host);
    host.clock().advance(java.time.Duration.ofMinutes(6));
    assertThat(reboot.check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void nothingIsRepairedUnderAJob() {
    host.commands().on("pgrep", command -> new Result(0, "4711\n4712\n", ""));
    assertThat(reboot.check(host))
        .isEqualTo(new Check.Blocked("jobs: 2 steps run here (expected: none)"));
    assertThat(reset.check(host)).isInstanceOf(Check.Blocked.class);
  }

  @Test
  void aResetThatNvidiaRefusesIsNoReset() {
    host.commands().install("nvidia-smi");
    host.commands()
        .on(
            "nvidia-smi",
            command ->
                FakeCommands.error("GPU 00000000:18:00.0 is currently in use by another process"));
    assertThatThrownBy(() -> reset.apply(host))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.tail().getLast()).contains("in use"));
    assertThat(reset.check(host)).isInstanceOf(Check.Drift.class);
    host.commands().on("nvidia-smi", command -> FakeCommands.ok(""));
    reset.apply(host);
    assertThat(reset.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aFaultIsForgottenWhenTheWatchHasTakenNoteAndNotBefore() {
    ClearFault clear = new ClearFault("r-3", "xid-79", GPU);
    clear.apply(host);
    assertThat(clear.check(host)).isInstanceOf(Check.Pending.class);
    Clearances clearances = new Clearances(host.files());
    assertThat(clearances.open())
        .singleElement()
        .isEqualTo(new Clearances.Clearance("r-3", "xid-79", GPU, host.clock().instant()));
    clearances.done("r-3");
    assertThat(clear.check(host)).isEqualTo(new Check.InSync());
  }
}

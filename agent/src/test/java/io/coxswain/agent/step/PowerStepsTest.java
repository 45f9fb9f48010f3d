package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.agent.bmc.Deed;
import io.coxswain.agent.bmc.IpmiRack;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another machine's power is changed once for each wish; the machine's own shutdown, too. */
class PowerStepsTest {
  private final FakeHost host = new FakeHost("jumphost");
  private final IpmiRack rack = new IpmiRack(host);

  private static PowerMachine power(String id, Deed deed) {
    return new PowerMachine(id, IpmiRack.access(), deed, false);
  }

  @Test
  void whatWasReadIsTheEvidence() {
    PowerMachine read = power("op-1", Deed.READ);
    assertThat(read.evidence(host)).isEmpty();
    read.apply(host);
    assertThat(read.check(host)).isEqualTo(new Check.InSync());
    assertThat(read.evidence(host)).contains("power on");
  }

  @Test
  void itIsDoneOnceForItsIdAndAnewForAnother() {
    power("op-1", Deed.OFF).apply(host);
    rack.power("on");
    assertThat(power("op-1", Deed.OFF).check(host)).isEqualTo(new Check.InSync());
    power("op-1", Deed.OFF).apply(host);
    assertThat(rack.did()).containsExactly("soft");
    assertThat(power("op-2", Deed.OFF).check(host)).isInstanceOf(Check.Drift.class);
    power("op-2", Deed.OFF).apply(host);
    assertThat(rack.did()).containsExactly("soft", "soft");
  }

  @Test
  void aSlowControllerHoldsNobodyUp() {
    Runnable others = host.holdBackground();
    PowerMachine off = power("op-1", Deed.OFF);
    off.apply(host);
    assertThat(off.check(host))
        .isEqualTo(new Check.Pending("the BMC of gpu07 is asked", Duration.ofMinutes(20)));
    assertThat(host.commands().ran()).isEmpty();
    others.run();
    assertThat(off.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aRefusalEndsItAndTheControllerIsNotAskedAgain() {
    rack.failing("wrong-password", 1);
    PowerMachine read = power("op-1", Deed.READ);
    read.apply(host);
    for (int look = 0; look < 3; look++) {
      assertThat(catchThrowableOfType(HostException.class, () -> read.check(host)).reason())
          .isEqualTo(Reason.BMC_REFUSED);
    }
    read.apply(host);
    assertThat(host.commands().ran()).hasSize(1);
  }

  @Test
  void whatMayPassIsTriedAgain() {
    rack.failing("unreachable", 1);
    PowerMachine read = power("op-1", Deed.READ);
    read.apply(host);
    assertThatThrownBy(() -> read.check(host)).hasMessageContaining("does not answer");
    assertThat(read.check(host)).isInstanceOf(Check.Drift.class);
    read.apply(host);
    assertThat(read.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void thePasswordIsNowhereOnTheDisk() {
    power("op-1", Deed.CYCLE).apply(host);
    rack.failing("wrong-password", 1);
    power("op-2", Deed.READ).apply(host);
    assertThat(host.snapshot()).noneMatch(line -> line.contains(IpmiRack.PASSWORD));
    String notes =
        new String(
            host.files().read("/var/lib/coxswain-agent/power/gpu07"), StandardCharsets.UTF_8);
    assertThat(notes).startsWith("op-2\nrefused gpu07: its BMC").doesNotContain("op-1");
  }

  @Test
  void aMachineIsShutDownOnceAndStaysOnWhenItIsSwitchedOnAgain() {
    host.commands().on("systemctl", command -> FakeCommands.ok(""));
    PowerOff off = new PowerOff("op-1");
    off.apply(host);
    assertThat(off.check(host)).isInstanceOf(Check.Pending.class);
    assertThat(host.commands().ran())
        .anyMatch(ran -> ran.argv().equals(List.of("systemctl", "--no-block", "poweroff")));
    host.reboot();
    assertThat(off.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aMachineIsNotShutDownUnderAJob() {
    host.commands().on("pgrep", command -> new Result(0, "4711\n", ""));
    assertThat(new PowerOff("op-1").check(host)).isInstanceOf(Check.Blocked.class);
  }
}

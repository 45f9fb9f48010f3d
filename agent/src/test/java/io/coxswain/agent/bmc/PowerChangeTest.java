package io.coxswain.agent.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A machine's power becomes what is wanted, by IPMI, and is read back before anybody says so. */
class PowerChangeTest {
  private final FakeHost host = new FakeHost("jumphost");
  private final IpmiRack rack = new IpmiRack(host);
  private final Notes notes = new Notes();

  private static final class Notes implements PowerChange.Memory {
    private Optional<Instant> asked = Optional.empty();
    private boolean wasOff;

    @Override
    public Optional<Instant> shutDownAt() {
      return asked;
    }

    @Override
    public void shutDownAt(Instant at) {
      asked = Optional.of(at);
    }

    @Override
    public boolean wasOff() {
      return wasOff;
    }

    @Override
    public void isOff() {
      wasOff = true;
    }
  }

  private Power carryOut(Access access, Deed deed, boolean isForced) {
    Bmc bmc = Bmc.of(access, host, host.clock()::advance);
    PowerChange.Time time = new PowerChange.Time(host.clock(), host.clock()::advance);
    return new PowerChange(access, bmc, time, notes).carryOut(deed, isForced);
  }

  private Power carryOut(Deed deed, boolean isForced) {
    return carryOut(IpmiRack.access(), deed, isForced);
  }

  private HostException refused(Access access, Deed deed) {
    return catchThrowableOfType(HostException.class, () -> carryOut(access, deed, false));
  }

  @Test
  void readingChangesNothing() {
    assertThat(carryOut(Deed.READ, false)).isEqualTo(Power.ON);
    rack.power("off");
    assertThat(carryOut(Deed.READ, false)).isEqualTo(Power.OFF);
    assertThat(rack.did()).isEmpty();
  }

  @Test
  void whatIsSoAlreadyIsLeftAlone() {
    assertThat(carryOut(Deed.ON, false)).isEqualTo(Power.ON);
    rack.power("off");
    assertThat(carryOut(Deed.OFF, true)).isEqualTo(Power.OFF);
    assertThat(rack.did()).isEmpty();
  }

  @Test
  void offShutsDownAndForceCuts() {
    assertThat(carryOut(Deed.OFF, false)).isEqualTo(Power.OFF);
    assertThat(rack.did()).containsExactly("soft");
    rack.power("on");
    assertThat(carryOut(Deed.OFF, true)).isEqualTo(Power.OFF);
    assertThat(rack.did()).containsExactly("soft", "off");
  }

  @Test
  void aCycleIsOffAndOnAndGoesOnWhereItWas() {
    assertThat(carryOut(Deed.CYCLE, false)).isEqualTo(Power.ON);
    assertThat(rack.did()).containsExactly("soft", "on");
    // An agent that died after the first half, and a machine that was switched on meanwhile.
    assertThat(carryOut(Deed.CYCLE, false)).isEqualTo(Power.ON);
    assertThat(rack.did()).containsExactly("soft", "on");
  }

  @Test
  void aMachineThatDoesNotShutDownIsToldAndNotCut() {
    rack.deaf();
    HostException refused = refused(IpmiRack.access(), Deed.OFF);
    assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(refused)
        .hasMessageContaining("says after 600 s that it is still on")
        .hasMessageContaining("cox machine power gpu07 off --force");
    assertThat(rack.did()).containsExactly("soft");
    assertThat(rack.power()).isEqualTo("on");
  }

  @Test
  void aShutdownIsNotPressedTwice() {
    rack.deaf();
    notes.shutDownAt(host.clock().instant());
    assertThat(refused(IpmiRack.access(), Deed.OFF).reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(rack.did()).isEmpty();
  }

  @Test
  void awaitingAShutdownPressesNothing() {
    rack.deaf();
    assertThat(refused(IpmiRack.access(), Deed.AWAIT_OFF).reason()).isEqualTo(Reason.BMC_REFUSED);
    rack.power("off");
    assertThat(carryOut(Deed.AWAIT_OFF, false)).isEqualTo(Power.OFF);
    assertThat(rack.did()).isEmpty();
  }

  @Test
  void aMomentWithoutAnAnswerIsPassedOverWhileTheMachineChanges() {
    Access access = IpmiRack.access();
    Bmc bmc = Bmc.of(access, host, host.clock()::advance);
    boolean[] isFirst = {true};
    PowerChange.Time time =
        new PowerChange.Time(
            host.clock(),
            pause -> {
              host.clock().advance(pause);
              if (isFirst[0]) {
                rack.failing("unreachable", 2);
                isFirst[0] = false;
              } else {
                rack.power("off");
              }
            });
    rack.deaf();
    assertThat(new PowerChange(access, bmc, time, notes).carryOut(Deed.OFF, false))
        .isEqualTo(Power.OFF);
  }

  @Test
  void aWrongPasswordIsToldAndAskedForOnce() {
    HostException refused = refused(IpmiRack.access("not-the-password"), Deed.READ);
    assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(refused)
        .hasMessage("gpu07: its BMC (ipmi 10.9.0.7:623) refused user 'cox' or the password");
    // One that offers no suite 17 has seen no password before.
    assertThat(host.commands().ran()).hasSize(2);
  }

  @Test
  void eachTroubleHasItsOwnWords() {
    rack.failing("wrong-user", 1);
    assertThat(refused(IpmiRack.access(), Deed.READ).reason()).isEqualTo(Reason.BMC_REFUSED);
    rack.failing("unreachable", 1);
    HostException unreachable = refused(IpmiRack.access(), Deed.READ);
    assertThat(unreachable.reason()).isEqualTo(Reason.BMC_UNREACHABLE);
    assertThat(unreachable).hasMessageContaining("UDP port 623");
    rack.failing("unknown-name", 1);
    assertThat(refused(IpmiRack.access(), Deed.READ))
        .hasMessageContaining("a name that no name server knows");
    rack.failing("no-ipmi2", 1);
    assertThat(refused(IpmiRack.access(), Deed.READ)).hasMessageContaining("speaks no IPMI 2.0");
    rack.failing("other-suite", 2);
    assertThat(refused(IpmiRack.access(), Deed.READ).reason()).isEqualTo(Reason.BMC_BROKEN);
  }

  @Test
  void thePasswordIsInTheEnvironmentAloneAndNoShellIsNear() {
    carryOut(Deed.OFF, false);
    assertThat(host.commands().ran()).isNotEmpty();
    for (Command command : host.commands().ran()) {
      assertThat(command.argv()).noneMatch(word -> word.contains(IpmiRack.PASSWORD));
      assertThat(command.argv()).startsWith("ipmitool", "-I", "lanplus", "-H", "10.9.0.7");
      assertThat(command.environment()).containsEntry("IPMI_PASSWORD", IpmiRack.PASSWORD);
      assertThat(command.deadline()).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
    assertThat(IpmiRack.access().toString()).doesNotContain(IpmiRack.PASSWORD);
  }

  @Test
  void aJumphostWithoutIpmitoolSaysWhatToInstall() {
    FakeHost bare = new FakeHost("bare");
    Bmc bmc = Bmc.of(IpmiRack.access(), bare, pause -> {});
    HostException refused = catchThrowableOfType(HostException.class, bmc::power);
    assertThat(refused.reason()).isEqualTo(Reason.BMC_REFUSED);
    assertThat(refused).hasMessageContaining("apt install ipmitool");
  }
}

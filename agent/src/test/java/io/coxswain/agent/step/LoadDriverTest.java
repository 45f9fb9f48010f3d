package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.driver.Flavour;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.host.FakeDriver;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is installed runs, after one boot at most, or the machine says why not. */
class LoadDriverTest {
  private final DriverRack.Machine machine = DriverRack.machine();
  private final FakeHost host = machine.host();
  private final LoadDriver load = new LoadDriver("w-1", "580.", Flavour.OPEN, true);
  private int reboots;

  @BeforeEach
  void aMachineThatTakesItsTimeToBoot() {
    host.commands().on("systemctl", this::systemctl);
  }

  private Result systemctl(Command command) {
    if (command.argv().contains("reboot")) {
      reboots++;
    }
    return FakeCommands.ok("");
  }

  private void install() {
    DriverRack.install("w-1").apply(host);
  }

  private void failed(Step step, String... words) {
    assertThatThrownBy(() -> step.check(host))
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.CHECK_FAILED);
              assertThat(e.tail()).isNotEmpty();
            })
        .hasMessageContainingAll(words);
  }

  @Test
  void anExchangedDriverTakesOneBootAndIsThenProven() {
    install();
    assertThat(load.check(host))
        .isInstanceOfSatisfying(
            Check.Drift.class,
            drift ->
                assertThat(drift.changes().getFirst())
                    .startsWith("reboot the machine: kernel module: 535.261.03 is loaded"));
    load.apply(host);
    assertThat(load.check(host)).isInstanceOf(Check.Pending.class);
    assertThat(reboots).isOne();
    host.reboot();
    assertThat(load.check(host))
        .isInstanceOfSatisfying(
            Check.Drift.class,
            drift -> assertThat(drift.changes().getFirst()).startsWith("prove the driver"));
    load.apply(host);
    assertThat(load.check(host)).isEqualTo(new Check.InSync());
    assertThat(reboots).isOne();
    assertThat(load.evidence(host))
        .contains("kernel module 580.82.07 (OPEN), library 580.82.07, 2 of 2 GPUs");
  }

  @Test
  void aDifferenceThatOutlivesTheBootIsAFailureAndNoSecondBoot() {
    install();
    machine.driver().answer(1);
    load.apply(host);
    host.reboot();
    failed(load, "GPUs: the kernel module has 1 (expected: 2, as on the PCI bus)");
    failed(load, "roll back");
    assertThat(reboots).isOne();
  }

  @Test
  void aMachineThatIsJustUpIsGivenTime() {
    install();
    machine.driver().answer(1);
    load.apply(host);
    host.reboot();
    host.files().lay("/proc/uptime", "61.00 100.00\n");
    assertThat(load.check(host)).isInstanceOf(Check.Pending.class);
    host.files().lay("/proc/uptime", "301.00 100.00\n");
    failed(load, "GPUs");
  }

  @Test
  void jobsAreNotEndedByABoot() {
    install();
    host.commands().on("pgrep", command -> new Result(0, "1\n", ""));
    assertThat(load.check(host)).isInstanceOf(Check.Blocked.class);
    assertThat(reboots).isZero();
  }

  @Test
  void withoutLeaveToRebootItWaitsForSomebody() {
    install();
    LoadDriver patient = new LoadDriver("w-1", "580.", Flavour.OPEN, false);
    assertThat(patient.check(host))
        .isInstanceOfSatisfying(
            Check.Blocked.class,
            blocked ->
                assertThat(blocked.reason())
                    .contains("was not allowed", "535.261.03 is loaded", "somebody reboots"));
    host.reboot();
    patient.apply(host);
    assertThat(patient.check(host)).isEqualTo(new Check.InSync());
    assertThat(reboots).isZero();
  }

  @Test
  void aBootThatWouldEndWithoutADriverIsRefused() {
    install();
    machine.driver().losesModule(true);
    failed(load, FakeDriver.KERNEL, "no module of NVIDIA's", "dkms status");
    assertThat(reboots).isZero();
  }

  @Test
  void theWrongKindOfModuleIsFound() {
    host.packages().change("libnvidia-ml1", DriverRack.NEW);
    host.packages().offer("nvidia-kernel", DriverRack.NEW);
    host.packages().change("nvidia-kernel", DriverRack.NEW);
    machine.driver().boot();
    failed(load, "module 580.82.07, PROPRIETARY", "OPEN");
  }

  @Test
  void theWrongVersionOnTheDiskIsNotMendedByABoot() {
    failed(load, "library: 535.261.03 (expected: 580.*)", "apply the bundle");
    assertThat(reboots).isZero();
  }

  @Test
  void packagesOfAnotherVersionAreNamed() {
    install();
    host.reboot();
    host.packages().change("nvidia-open", "580.95.05-1");
    failed(load, "nvidia-open: 580.95.05 (expected: 580.82.07, as the library)");
  }

  @Test
  void toolsThatDebianBuildsApartMayLag() {
    host.packages().offer("nvidia-persistenced", "580.65.06-1");
    new InstallDriver(
            "w-1",
            DriverRack.BUNDLE,
            List.of(),
            List.of(
                new InstallDriver.WantedPackage("nvidia-open", "580.*"),
                new InstallDriver.WantedPackage("libnvidia-ml1", "580.*"),
                new InstallDriver.WantedPackage("nvidia-persistenced", "580.*")))
        .apply(host);
    host.reboot();
    load.apply(host);
    assertThat(load.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void cuInitIsTheProof() {
    install();
    machine.driver().cuInit(802);
    host.reboot();
    assertThatThrownBy(() -> load.apply(host)).hasMessageContaining("cuInit 802 (expected: 0)");
    assertThat(load.check(host)).as("not proven").isInstanceOf(Check.Drift.class);
    machine.driver().cuInit(0);
    load.apply(host);
    assertThat(load.check(host)).isEqualTo(new Check.InSync());
  }

  @Test
  void aProofIsForOneBoot() {
    install();
    host.reboot();
    load.apply(host);
    assertThat(load.check(host)).isEqualTo(new Check.InSync());
    host.reboot();
    assertThat(load.check(host)).isInstanceOf(Check.Drift.class);
  }

  @Test
  void theFabricIsWaitedForAndItsFailureIsOne() {
    install();
    machine.driver().addSwitch();
    host.reboot();
    fabric("In Progress");
    assertThat(load.check(host)).isInstanceOf(Check.Pending.class);
    fabric("Not Started");
    host.units().breakUnit("nvidia-fabricmanager.service", "version mismatch");
    failed(load, "fabric: [Not Started]", "nvidia-fabricmanager.service");
    fabric("Completed");
    load.apply(host);
    assertThat(load.check(host)).isEqualTo(new Check.InSync());
  }

  private void fabric(String state) {
    host.commands()
        .on(
            "nvidia-smi",
            command ->
                FakeCommands.ok(
                    command.argv().contains("-q")
                        ? "    Fabric\n        State    : " + state + "\n    Processes : None\n"
                        : "GPU 0: NVIDIA H200\nGPU 1: NVIDIA H200\n"));
  }

  @Test
  void theFabricsStateIsNotThatOfSomethingElse() {
    assertThat(
            Fabric.states(
                """
                    Performance State : P0
                    Fabric
                        State                             : Completed
                        Status                            : Success
                    MIG Mode
                        State : other
                """))
        .isEqualTo(List.of("Completed"));
  }

  @Test
  void aGpuThatDoesNotAnswerIsCounted() {
    install();
    host.reboot();
    host.commands().on("nvidia-smi", command -> FakeCommands.ok("GPU 0: NVIDIA H200\n"));
    assertThatThrownBy(() -> load.apply(host)).hasMessageContaining("GPUs: 1 answer (expected: 2");
  }

  @Test
  void afterAReturnAnythingIsRightEvenNothing() {
    LoadDriver any = new LoadDriver("r-1", "", Flavour.ANY, true);
    FakeHost bare = new FakeHost("gpu02");
    new FakeDriver(bare, 2);
    assertThat(any.check(bare)).isEqualTo(new Check.InSync());
    any.apply(host);
    assertThat(any.check(host)).as("535 runs").isEqualTo(new Check.InSync());
  }

  @Test
  void aMachineWithoutCardsNeedsTheLibraryAlone() {
    FakeHost login = new FakeHost("login");
    new FakeDriver(login, 0);
    login.packages().change("libnvidia-ml1", DriverRack.NEW);
    assertThat(load.check(login)).isEqualTo(new Check.InSync());
  }
}

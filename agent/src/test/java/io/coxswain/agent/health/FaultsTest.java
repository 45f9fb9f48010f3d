package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeCommands;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.step.ResetGpu;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What outlives the agent, and what ends a fault. */
class FaultsTest {
  private static final String RESET = Captured.line("FBHUB");
  private static final String REBOOT = Captured.line("79, pid=1122");
  private static final String HARDWARE =
      "NVRM: Xid (PCI:0000:3a:00): 64, pid=17, Row Remapper: FAILED";
  private static final String LOADED = Captured.line("loading NVIDIA");

  private final Patient patient = new Patient();

  @Test
  void anAgentThatRestartsBetweenFaultAndReportStillTells() {
    patient.kernel(REBOOT);
    patient.restart();
    assertThat(patient.verdict("xid-79").level()).isEqualTo(Health.CRITICAL);
    assertThat(patient.verdict("xid-79").count()).isEqualTo(1);
  }

  @Test
  void aLineIsNotReadTwice() {
    patient.kernel(REBOOT);
    patient.restart();
    assertThat(patient.watch.lastRecord()).isZero();
    patient.watch.record(
        new io.coxswain.agent.host.KernelLog.Entry(0, java.util.Optional.empty(), REBOOT));
    assertThat(patient.verdict("xid-79").count()).isEqualTo(1);
  }

  @Test
  void linesWrittenWhileTheAgentWasDownAreRead() {
    patient.kernel(RESET);
    patient.restart();
    patient.kernel(REBOOT);
    assertThat(patient.has("xid-95")).isTrue();
    assertThat(patient.has("xid-79")).isTrue();
  }

  @Test
  void aLineKeepsTheTimeAtWhichItWasWritten() {
    // Written 400 s after the boot, read 1000 s after it.
    patient.watch.record(
        new io.coxswain.agent.host.KernelLog.Entry(
            7, java.util.Optional.of(Duration.ofSeconds(400)), REBOOT));
    assertThat(patient.verdict("xid-79").since())
        .isEqualTo(patient.host.clock().instant().minusSeconds(600));
  }

  @Test
  void aRebootEndsWhatARebootPutsRight() {
    patient.kernel(RESET);
    patient.kernel(REBOOT);
    patient.kernel(HARDWARE);
    patient.reboot();
    patient.measure(new Machine());
    assertThat(patient.verdicts()).extracting("check").containsExactly("xid-64");
  }

  @Test
  void anAgentsRestartIsNoReboot() {
    patient.kernel(REBOOT);
    patient.restart();
    patient.restart();
    assertThat(patient.has("xid-79")).isTrue();
  }

  @Test
  void aDriverThatIsLoadedAgainEndsWhatAResetPutsRight() {
    patient.kernel(RESET);
    patient.kernel(REBOOT);
    patient.kernel(LOADED);
    assertThat(patient.has("xid-95")).isFalse();
    assertThat(patient.has("xid-79")).isTrue();
  }

  @Test
  void theDriversNoneEndsThatGpusFaultsAlone() {
    patient.kernel(RESET);
    patient.kernel(RESET.replace("0000:37:00", "0000:38:00"));
    patient.kernel(
        "NVRM: Xid (PCI:0000:37:00): 154, GPU recovery action changed from 0x1 (GPU Reset Required)"
            + " to 0x0 (None)");
    assertThat(patient.verdict("xid-95").subject()).isEqualTo("0000:38:00.0");
  }

  @Test
  void somebodyClearsOneFaultOfBeforeATime() {
    patient.kernel(HARDWARE);
    patient.kernel(REBOOT);
    patient.host.clock().advance(Duration.ofHours(1));
    patient.kernel(HARDWARE.replace("0000:3a:00", "0000:3b:00"));
    patient.watch.clear("xid-64", "", patient.host.clock().instant());
    assertThat(patient.verdict("xid-64").subject()).isEqualTo("0000:3b:00.0");
    assertThat(patient.has("xid-79")).isTrue();
    patient.restart();
    assertThat(patient.verdict("xid-64").subject()).isEqualTo("0000:3b:00.0");
    patient.host.clock().advance(Duration.ofSeconds(1));
    patient.watch.clear("", "", patient.host.clock().instant());
    patient.measure(new Machine());
    assertThat(patient.verdicts()).isEmpty();
  }

  @Test
  void aResetByNvidiasProgramEndsTheFaultOfThatCardAlone() {
    patient.kernel(RESET);
    patient.kernel(HARDWARE.replace("0000:3a:00", "0000:3b:00"));
    String card = patient.verdict("xid-95").subject();
    patient.host.clock().advance(Duration.ofSeconds(5));
    patient.host.commands().install("nvidia-smi");
    patient.host.commands().on("nvidia-smi", command -> FakeCommands.ok("reset"));
    new ResetGpu("r-1", card).apply(patient.host);
    patient.watch.judgeAgain();
    assertThat(patient.has("xid-95")).isFalse();
    assertThat(patient.has("xid-64")).isTrue();
    patient.restart();
    assertThat(patient.has("xid-95")).isFalse();
  }

  @Test
  void aFaultThatComesBackAsksForMore() {
    patient.kernel(RESET);
    patient.kernel(LOADED);
    patient.host.clock().advance(Duration.ofHours(1));
    patient.kernel(RESET);
    assertThat(patient.verdict("xid-95").action()).isEqualTo(RepairAction.REBOOT);
    patient.kernel(LOADED);
    assertThat(patient.has("xid-95")).as("a reset was not enough the last time").isTrue();
    patient.reboot();
    patient.kernel(RESET);
    assertThat(patient.verdict("xid-95").action()).isEqualTo(RepairAction.REPLACE);
    patient.reboot();
    assertThat(patient.has("xid-95")).isTrue();
  }

  @Test
  void aFaultThatComesBackAfterLongIsANewOne() {
    patient.kernel(RESET);
    patient.kernel(LOADED);
    patient.host.clock().advance(Duration.ofDays(8));
    patient.measure(new Machine());
    patient.kernel(RESET);
    assertThat(patient.verdict("xid-95").action()).isEqualTo(RepairAction.RESET_GPU);
  }

  @Test
  void whatWasToldOfAStateIsToldAfterARestart() {
    patient.pass(Duration.ofMinutes(2), new Machine().with(GpuMetric.PCIE_WIDTH, 8));
    patient.restart();
    assertThat(patient.verdict("pcie-width").level()).isEqualTo(Health.CRITICAL);
  }

  @Test
  void whatTheMachineOnceHadIsKnownAfterAReboot() {
    patient.measure(new Machine());
    patient.reboot();
    Machine less = new Machine();
    less.pciGpus = 1;
    less.portState = "DOWN";
    patient.pass(Duration.ofMinutes(2), less);
    assertThat(patient.has("gpu-count")).isTrue();
    assertThat(patient.has("infiniband-port")).isTrue();
  }

  @Test
  void aStateThatIsNotOursIsSaidToBeLost() {
    patient.kernel(REBOOT);
    patient.host.files().put(HealthFile.PATH, "rubbish\n");
    patient.restart();
    assertThat(patient.verdict("health-state").message()).contains(HealthFile.PATH + ":1");
    assertThat(patient.watch.lastRecord()).as("the kernel's log is read again").isEqualTo(-1);
  }

  @Test
  void aFullDiskLosesNothingWhileTheAgentRuns() {
    patient.measure(new Machine());
    patient.host.files().fill(true);
    patient.kernel(REBOOT);
    assertThat(patient.has("xid-79")).isTrue();
    patient.host.files().fill(false);
    patient.measure(new Machine());
    patient.restart();
    assertThat(patient.has("xid-79")).isTrue();
  }

  @Test
  void aMachineThatNobodyMeasuredIsUnknown() {
    assertThat(patient.watch.judgement().worst()).isEqualTo(Health.UNKNOWN);
    patient.measure(new Machine());
    assertThat(patient.watch.judgement().worst()).isEqualTo(Health.PASS);
    patient.host.clock().advance(Duration.ofMinutes(4));
    patient.watch.judgeAgain();
    assertThat(patient.verdict("not-measured").level()).isEqualTo(Health.UNKNOWN);
  }

  @Test
  void aKernelLogThatCannotBeReadIsUnknown() {
    patient.measure(new Machine());
    patient.watch.kernelLogUnreadable("open /dev/kmsg: Operation not permitted");
    assertThat(patient.verdict("kernel-log").level()).isEqualTo(Health.UNKNOWN);
    patient.watch.kernelLogOpened();
    patient.measure(new Machine());
    assertThat(patient.verdicts()).isEmpty();
  }

  @Test
  void aCriticalVerdictIsUrgentOnce() {
    patient.kernel(REBOOT);
    patient.kernel(REBOOT);
    patient.pass(Duration.ofMinutes(1), new Machine());
    assertThat(patient.urgent).isEqualTo(1);
    patient.kernel(RESET);
    assertThat(patient.urgent).isEqualTo(2);
    patient.kernel(Captured.line("): 43"));
    assertThat(patient.urgent).isEqualTo(2);
  }
}

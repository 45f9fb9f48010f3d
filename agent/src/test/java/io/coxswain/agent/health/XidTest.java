package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the driver's line to the verdict. */
class XidTest {
  private final Patient patient = new Patient();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // application
        "SM Warp Exception on (GPC 7|xid-13|INFO|false|NO_REPAIR",
        "MMU Fault|xid-31|INFO|false|NO_REPAIR",
        "): 43|xid-43|INFO|false|NO_REPAIR",
        "Contained: SM|xid-94|INFO|false|NO_REPAIR",
        "GPU-I:05): 94|xid-94|INFO|false|NO_REPAIR",
        "GPU-I:05 GPU-CI:00|xid-13|INFO|false|NO_REPAIR",
        // to be looked at
        "CTX SWITCH|xid-109|WARNING|false|NO_REPAIR",
        "RLW_RXPIPE|xid-145|WARNING|false|NO_REPAIR",
        "BAD_TSG|xid-51|WARNING|false|NO_REPAIR",
        "12028|sxid|WARNING|false|NO_REPAIR",
        "API mismatch|api-mismatch|WARNING|false|NO_REPAIR",
        // reset
        "): 48|xid-48|CRITICAL|true|RESET_GPU",
        "FBHUB|xid-95|CRITICAL|true|RESET_GPU",
        "GSP RPC|xid-119|CRITICAL|true|RESET_GPU",
        "NETIR_LINK_EVT|xid-149|CRITICAL|true|RESET_GPU",
        "caused by previous|xid-149|WARNING|false|NO_REPAIR",
        "GPU Reset Required|xid-154|CRITICAL|true|RESET_GPU",
        "PF FLR|xid-154|CRITICAL|true|RESET_GPU",
        // reboot
        "OS Reboot|xid-154|CRITICAL|true|REBOOT",
        "79, pid=1122|xid-79|CRITICAL|true|REBOOT",
        "NVRM: GPU 0000:01:00.0: GPU has|gpu-off-bus|CRITICAL|true|REBOOT",
        "11001|sxid-fatal|CRITICAL|true|REBOOT",
      })
  void theLineIsJudged(
      String text, String check, Health level, boolean drain, RepairAction action) {
    patient.measure(new Machine());
    String line =
        text.equals("GSP RPC") ? Captured.line("RPC response from GPU0") : Captured.line(text);
    patient.kernel(line);
    assertThat(patient.verdicts()).hasSize(1);
    Verdict verdict = patient.verdict(check);
    assertThat(verdict.level()).isEqualTo(level);
    assertThat(verdict.drain()).isEqualTo(drain);
    assertThat(verdict.action()).isEqualTo(action);
    assertThat(verdict.count()).isEqualTo(1);
    assertThat(patient.urgent).isEqualTo(level == Health.CRITICAL ? 1 : 0);
  }

  @Test
  void everyRowOfTheTableCanFire() {
    Policy policy = PolicyFile.own();
    policy
        .xids()
        .forEach(
            (code, row) -> {
              if (code == 154 || code == 45) {
                return;
              }
              Patient other = new Patient();
              other.measure(new Machine());
              other.kernel("NVRM: Xid (PCI:0000:18:00): " + code + ", Ch 00000001");
              Verdict verdict = other.verdict("xid-" + code);
              assertThat(verdict.level()).as(row.check()).isEqualTo(row.ruling().level());
              assertThat(verdict.drain()).as(row.check()).isEqualTo(row.ruling().drain());
              assertThat(verdict.subject()).isEqualTo(Machine.FIRST);
            });
    assertThat(policy.xids()).hasSize(133);
  }

  @Test
  void noRowThatRestartsTheApplicationDrainsOnOneEvent() {
    PolicyFile.own()
        .xids()
        .values()
        .forEach(
            row -> {
              if (row.source().contains("RESTART_APP")) {
                assertThat(row.ruling())
                    .as(row.check())
                    .isEqualTo(new Ruling(Health.INFO, false, RepairAction.NO_REPAIR));
              }
            });
  }

  @Test
  void theLineOfAnApplicationThatAsksForAResetDrains() {
    patient.kernel(Captured.line("GPU-I:05): 94").replace("RST: No,", "RST: Yes,"));
    assertThat(patient.verdict("xid-94").level()).isEqualTo(Health.CRITICAL);
    assertThat(patient.verdict("xid-94").drain()).isTrue();
    patient.kernel(Captured.line("GPU-I:05): 94"));
    assertThat(patient.verdict("xid-94").level()).as("the worst counts").isEqualTo(Health.CRITICAL);
  }

  @Test
  void followersAreCountedToTheirCause() {
    patient.kernel(Captured.line("NETIR_LINK_EVT").replace("0000:00:00", "0000:dc:00"));
    for (int i = 0; i < 8; i++) {
      patient.kernel(Captured.line("caused by previous"));
    }
    assertThat(patient.has("xid-45")).isFalse();
    assertThat(patient.verdict("xid-149").count()).isEqualTo(1);
    assertThat(patient.verdict("xid-149").level()).isEqualTo(Health.CRITICAL);
  }

  @Test
  void oneProgramThatWritesManyLinesDrainsNothing() {
    for (int i = 0; i < 500; i++) {
      patient.kernel(Captured.line("MMU Fault"));
      patient.host.clock().advance(Duration.ofMillis(10));
    }
    assertThat(patient.verdict("xid-31").count()).isEqualTo(500);
    assertThat(patient.verdict("xid-31").drain()).isFalse();
    assertThat(patient.urgent).isZero();
  }

  @Test
  void threeJobsOnOneGpuDrainItAndTwoDoNot() {
    fault(17, "alice");
    fault(18, "alice");
    assertThat(patient.verdict("xid-31").drain()).isFalse();
    fault(19, "alice");
    assertThat(patient.verdict("xid-31").level()).isEqualTo(Health.CRITICAL);
    assertThat(patient.verdict("xid-31").action()).isEqualTo(RepairAction.RESET_GPU);
    assertThat(patient.urgent).isEqualTo(1);
  }

  @Test
  void aTimeoutThatComesASecondTimeInADayDrains() {
    patient.kernel(Captured.line("CTX SWITCH"));
    assertThat(patient.verdict("xid-109").drain()).isFalse();
    patient.host.clock().advance(Duration.ofHours(23));
    patient.kernel(Captured.line("CTX SWITCH"));
    assertThat(patient.verdict("xid-109").drain()).isTrue();
    assertThat(patient.verdict("xid-109").action()).isEqualTo(RepairAction.RESET_GPU);
    patient.pass(Duration.ofHours(2), new Machine());
    assertThat(patient.verdict("xid-109").drain()).as("the first is of yesterday").isFalse();
  }

  @Test
  void theLinesOfOneTimeoutAreOneTime() {
    for (int i = 0; i < 100; i++) {
      patient.kernel(Captured.line("CTX SWITCH"));
      patient.host.clock().advance(Duration.ofMillis(500));
    }
    assertThat(patient.verdict("xid-109").count()).isEqualTo(100);
    assertThat(patient.verdict("xid-109").drain()).isFalse();
  }

  @Test
  void twoUsersOnOneGpuDrainIt() {
    fault(17, "alice");
    fault(18, "bob");
    assertThat(patient.verdict("xid-31").drain()).isTrue();
  }

  @Test
  void jobsOfDifferentDaysAreNoPattern() {
    for (int job = 1; job < 10; job++) {
      fault(job, "alice");
      patient.pass(Duration.ofHours(13), new Machine());
      assertThat(patient.has("xid-31") && patient.verdict("xid-31").drain()).isFalse();
    }
  }

  // A program of a job dies of a page fault.
  private void fault(int job, String user) {
    String process = "/proc/" + (4000 + job);
    if (patient.host.users().find(user).isEmpty()) {
      patient
          .host
          .users()
          .add(new io.coxswain.agent.host.Users.Account(user, 2000 + job, 2000, "/", "/bin/sh"));
    }
    patient.host.files().createDirectory(process, new Access(0555, user, "root"));
    patient
        .host
        .files()
        .put(process + "/cgroup", "0::/system.slice/slurmstepd.scope/job_" + job + "/step_0\n");
    patient.kernel(Captured.line("MMU Fault").replace("2512125", "" + (4000 + job)));
  }

  @Test
  void whatNeedsNoRepairIsForgottenAfterADay() {
    patient.kernel(Captured.line("): 43"));
    patient.pass(Duration.ofHours(23), new Machine());
    assertThat(patient.has("xid-43")).isTrue();
    patient.pass(Duration.ofHours(2), new Machine());
    assertThat(patient.has("xid-43")).isFalse();
  }

  @Test
  void whatNeedsRepairIsNotForgotten() {
    patient.kernel(Captured.line("): 48"));
    for (int day = 0; day < 30; day++) {
      patient.host.clock().advance(Duration.ofDays(1));
      patient.measure(new Machine());
    }
    assertThat(patient.verdict("xid-48").drain()).isTrue();
  }

  @Test
  void anXidThatOnlyTheDriverRaisedCounts() {
    Machine machine = new Machine();
    machine.events.add(
        new GpuEvent(1, patient.host.clock().instant(), GpuEvent.XID, 79, Machine.FIRST, -1, -1));
    patient.measure(machine);
    assertThat(patient.has("xid-79")).as("the kernel's log comes first").isFalse();
    patient.pass(Duration.ofSeconds(20), machine);
    assertThat(patient.verdict("xid-79").action()).isEqualTo(RepairAction.REBOOT);
    assertThat(patient.verdict("xid-79").count()).isEqualTo(1);
  }

  @Test
  void anXidThatCameBothWaysCountsOnce() {
    Machine machine = new Machine();
    machine.events.add(
        new GpuEvent(1, patient.host.clock().instant(), GpuEvent.XID, 79, Machine.FIRST, -1, -1));
    patient.kernel(Captured.line("79, pid=1122").replace("0000:01:00", "0000:18:00"));
    patient.pass(Duration.ofMinutes(5), machine);
    assertThat(patient.verdict("xid-79").count()).isEqualTo(1);
  }

  @Test
  void theDriverTakingItsActionBackMeansThatTheGpuWasReset() {
    patient.kernel(Captured.line("GPU Reset Required").replace("0008:01:00", "0000:18:00"));
    patient.kernel(Captured.line("FBHUB").replace("0000:37:00", "0000:18:00"));
    patient.pass(Duration.ofMinutes(5), new Machine().with(GpuMetric.RECOVERY_ACTION, 1));
    assertThat(patient.has("xid-154")).isTrue();
    patient.pass(Duration.ofMinutes(5), new Machine());
    assertThat(patient.verdicts()).isEmpty();
  }
}

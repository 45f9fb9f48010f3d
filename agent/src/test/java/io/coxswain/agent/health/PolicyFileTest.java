package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy as a file, the agent's and a site's. */
class PolicyFileTest {
  private final Patient patient = new Patient();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour: red|:1: colour: unknown (expected: one of",
        "checks:\\n  gpu-hot:\\n    celcius: 80|:3: checks.gpu-hot.celcius: unknown (expected: one of",
        "checks:\\n  gpu-hot: {thresholds: {fahrenheit: 190}}|:2: checks.gpu-hot.thresholds.fahrenheit: unknown (expected: one of [celsius])",
        "checks:\\n  gpu-hot: {thresholds: {celsius: hot}}|:2: checks.gpu-hot.thresholds.celsius: hot (expected: a number)",
        "checks:\\n  gpu-hot: {thresholds: {celsius: -1}}|:2: checks.gpu-hot.thresholds.celsius: -1 (expected: 0 to",
        "checks:\\n  gpu-hot: {thresholds: {celsius: .NaN}}|celsius: .NaN (expected: a number)",
        "checks:\\n  disk-low: {thresholds: {free-percent: 120}}|free-percent: 120 (expected: 0 to 100)",
        "checks:\\n  gpu-warm: {drain: true}|:2: checks.gpu-warm: unknown (expected: one of",
        "checks:\\n  gpu-hot: {level: BAD}|level: BAD (expected: one of [PASS, INFO",
        "checks:\\n  gpu-hot: {for: long}|for: long (expected: a duration such as",
        "checks:\\n  gpu-hot: {drain: perhaps}|drain: perhaps (expected: true or false)",
        "xid:\\n  13: {drain: false}\\n  13: {drain: true}|:3: xid.13: twice (expected: once; the first is in line 2)",
        "xid:\\n  thirteen: {drain: true}|:2: xid.thirteen: thirteen (expected: a number",
        "xid:\\n  999: {drain: true}|:2: xid.999.level: missing (expected: INFO",
        "xid:\\n  13: {escalate: {within: 1h, level: CRITICAL, drain: true, action: REBOOT}}|times: missing (expected: times, jobs or users)",
        "xid:\\n  13: {escalate: {times: 17, within: 1h, level: CRITICAL, drain: true, action: REBOOT}}|times: 17 (expected: 1 to 16)",
        "off:\\n  - {check: gpu-hot, reason: x}|:2: off.until: missing (expected: a date",
        "off:\\n  - {check: gpu-hot, until: soon, reason: x}|:2: off.until: soon (expected: 2027-01-31",
        "off:\\n  - {check: gpu-warm, until: 2027-01-31, reason: x}|:2: off.check: gpu-warm: unknown",
        "expect: {gpus: eight}|:1: expect.gpus: eight (expected: a number)",
        "epilog: {leftovers: kill}|:1: epilog.leftovers: kill (expected: one of [REPORT, END])",
        "epilog: {grace: 1m}|:1: epilog.grace: 60s (expected: less than 12s)",
        "epilog: {leftover: end}|:1: epilog.leftover: unknown (expected: one of [grace, leftovers])",
        "checks: [1]|:1: checks: not a mapping (expected: key: value)",
        "checks: {|:1: ",
      })
  void whatIsWrongIsRefusedByLineAndKey(String text, String expected) {
    String yaml = text.replace("\\n", "\n");
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(PolicyRefused.class)
        .hasMessageStartingWith("site.yaml:")
        .hasMessageContaining(expected);
  }

  @Test
  void aSiteChangesSingleThingsOfARow() {
    Policy own = PolicyFile.own();
    Policy site =
        parse(
            "checks: {gpu-hot: {thresholds: {celsius: 80}, for: 5m}}\nxid: {63: {drain: true}}\n");
    assertThat(site.check("gpu-hot").threshold("celsius")).isEqualTo(80);
    assertThat(site.check("gpu-hot").hold()).isEqualTo(Duration.ofMinutes(5));
    assertThat(site.check("gpu-hot").ruling()).isEqualTo(own.check("gpu-hot").ruling());
    assertThat(site.xid(63).ruling())
        .isEqualTo(new Ruling(Health.WARNING, true, RepairAction.NO_REPAIR));
    assertThat(site.xid(13)).isEqualTo(own.xid(13));
  }

  @Test
  void anEmptyFileChangesNothing() {
    assertThat(parse("# nothing yet\n")).isEqualTo(PolicyFile.own());
  }

  @Test
  void aChangeOfTheFileCountsWithoutARestart() {
    patient.measure(new Machine().with(GpuMetric.SRAM_UNCORRECTED, 1));
    assertThat(patient.verdict("sram-uncorrected").level()).isEqualTo(Health.WARNING);
    site("checks: {sram-uncorrected: {level: CRITICAL, drain: true}}");
    patient.measure(new Machine().with(GpuMetric.SRAM_UNCORRECTED, 1));
    assertThat(patient.verdict("sram-uncorrected").level()).isEqualTo(Health.CRITICAL);
    assertThat(patient.urgent).isEqualTo(1);
    patient.host.files().delete(SitePolicy.FILE);
    patient.measure(new Machine().with(GpuMetric.SRAM_UNCORRECTED, 1));
    assertThat(patient.verdict("sram-uncorrected").level()).isEqualTo(Health.WARNING);
  }

  @Test
  void aRefusedFileLeavesThePolicyBeforeItInForceAndSaysSo() {
    site("checks: {gpu-hot: {thresholds: {celsius: 40}}}");
    patient.pass(Duration.ofMinutes(2), new Machine());
    assertThat(patient.has("gpu-hot")).isTrue();
    site("checks: {gpu-hot: {thresholds: {celsius: warm}}}");
    patient.pass(Duration.ofMinutes(5), new Machine());
    assertThat(patient.has("gpu-hot")).as("the old policy").isTrue();
    assertThat(patient.verdict("policy-refused").level()).isEqualTo(Health.WARNING);
    assertThat(patient.verdict("policy-refused").message())
        .startsWith("/etc/coxswain/health.yaml:1: checks.gpu-hot.thresholds.celsius: warm");
    site("checks: {gpu-hot: {thresholds: {celsius: 90}}}");
    patient.pass(Duration.ofMinutes(5), new Machine());
    assertThat(patient.verdicts()).isEmpty();
  }

  @Test
  void aRefusedFileAtTheStartLeavesTheAgentsOwn() {
    site("colour: red\n");
    patient.restart();
    patient.measure(new Machine());
    assertThat(patient.verdicts()).extracting("check").containsExactly("policy-refused");
    patient.kernel(Captured.line("79, pid=1122"));
    assertThat(patient.verdict("xid-79").drain()).isTrue();
  }

  @Test
  void whatASiteSwitchedOffIsSeenAndHasNoConsequence() {
    site(
        "off:\n"
            + "  - {check: xid-79, subject: '0000:01:00.0', until: 2026-11-23, reason: cable on"
            + " order}\n");
    patient.measure(new Machine());
    patient.kernel(Captured.line("79, pid=1122"));
    patient.kernel(Captured.line("79, pid=1122").replace("0000:01:00", "0000:02:00"));
    assertThat(patient.verdicts())
        .extracting("subject")
        .containsExactly("0000:02:00.0", "0000:01:00.0");
    assertThat(patient.verdicts().getLast().level()).isEqualTo(Health.INFO);
    assertThat(patient.verdicts().getLast().drain()).isFalse();
    assertThat(patient.verdicts().getLast().suppressed()).contains("cable on order");
    patient.host.clock().advance(Duration.ofDays(2));
    patient.measure(new Machine());
    assertThat(patient.verdicts()).as("its time is over").extracting("drain").containsOnly(true);
  }

  @Test
  void whatAnotherMachineSwitchedOffCountsHere() {
    site("off: [{check: xid-79, machine: gpu02, until: 2027-01-31, reason: there}]");
    patient.measure(new Machine());
    patient.kernel(Captured.line("79, pid=1122"));
    assertThat(patient.verdict("xid-79").drain()).isTrue();
    site("off: [{check: xid-79, machine: gpu01, until: 2027-01-31, reason: here}]");
    patient.measure(new Machine());
    assertThat(patient.verdict("xid-79").drain()).isFalse();
  }

  @Test
  void aSiteSaysWhatAMachineShouldHave() {
    site("expect: {gpus: 8, memory-gib: 4096, pcie-width: 32, infiniband-gigabits: 800}");
    patient.pass(Duration.ofMinutes(2), new Machine());
    assertThat(patient.verdicts())
        .extracting("check")
        .containsExactly("gpu-count", "infiniband-rate", "memory-size", "pcie-width", "pcie-width");
  }

  @Test
  void theKernelsLogMayBeElsewhere() {
    assertThat(patient.watch.kernelLogPath()).isEqualTo("/dev/kmsg");
    site("kernel-log: /run/kernel-log\n");
    patient.restart();
    assertThat(patient.watch.kernelLogPath()).isEqualTo("/run/kernel-log");
  }

  private void site(String yaml) {
    patient.host.clock().advance(Duration.ofSeconds(1));
    patient
        .host
        .files()
        .createDirectory(
            "/etc/coxswain", new io.coxswain.agent.host.Files.Access(0755, "root", "root"));
    patient.host.files().put(SitePolicy.FILE, yaml);
  }

  private static Policy parse(String yaml) {
    return PolicyFile.parse("site.yaml", yaml.getBytes(StandardCharsets.UTF_8), PolicyFile.own());
  }
}

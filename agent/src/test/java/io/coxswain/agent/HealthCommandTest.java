package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What somebody on the machine is told of its health. */
class HealthCommandTest {
  private final FakeHost host = new FakeHost("gpu01");
  private final StringWriter out = new StringWriter();

  @Test
  void withoutAnAgentThereIsNoVerdict() {
    assertThat(run()).isEqualTo(HealthCommand.NO_VERDICT);
    assertThat(out.toString()).startsWith("UNKNOWN: no agent runs here").doesNotContain("PASS");
  }

  @Test
  void theLastWordOfAnAgentThatIsGoneIsNoVerdict() {
    told(List.of());
    assertThat(run()).isZero();
    host.clock().advance(Duration.ofSeconds(61));
    assertThat(run()).isEqualTo(HealthCommand.NO_VERDICT);
    assertThat(run("-o", "json")).isEqualTo(HealthCommand.NO_VERDICT);
    assertThat(out.toString()).contains("\"worst\":\"UNKNOWN\"").doesNotContain("PASS\"");
  }

  @Test
  void rubbishIsNoVerdict() {
    host.files().createDirectory("/run/coxswain-agent", new Access(0700, "root", "root"));
    for (String text : List.of("", "{", "[1]", "{\"worst\":\"PASS\"}", "{\"at\":\"yesterday\"}")) {
      host.files().put(ToldHealth.FILE, text);
      assertThat(run()).as(text).isEqualTo(HealthCommand.NO_VERDICT);
    }
  }

  @Test
  void whatIsWrongIsShownWithItsEvidence() {
    told(List.of(verdict(Health.CRITICAL, true, "")));
    assertThat(run()).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("CRITICAL (drain), 10 checks")
        .contains("xid-79", "0000:18:00.0", "GPU \"fell\" off", "action REBOOT, drain", "3 times");
  }

  @Test
  void warningsAndWhatIsOffLeaveTheMachineUsable() {
    told(
        List.of(
            verdict(Health.WARNING, false, ""),
            verdict(Health.CRITICAL, true, "").suppressed("cable on order")));
    assertThat(run()).isZero();
    assertThat(out.toString()).startsWith("WARNING, 10 checks").contains("off: cable on order");
  }

  @Test
  void unknownIsNotUsable() {
    told(List.of(verdict(Health.UNKNOWN, false, "")));
    assertThat(run()).isEqualTo(1);
    host.files()
        .put(ToldHealth.FILE, Json.of(ToldHealth.of(new Judgement(now(), List.of(), 0), "0.1.0")));
    assertThat(run()).as("no policy ran").isEqualTo(1);
  }

  @Test
  void jsonIsTheAgentsOwn() {
    told(List.of(verdict(Health.CRITICAL, true, "")));
    assertThat(run("-o", "json")).isEqualTo(1);
    assertThat(out.toString().strip()).isEqualTo(host.files().text(ToldHealth.FILE));
  }

  private Verdict verdict(Health level, boolean drain, String suppressed) {
    return new Verdict(
        "xid-79",
        "0000:18:00.0",
        level,
        "GPU \"fell\" off",
        "",
        now(),
        now(),
        RepairAction.REBOOT,
        drain,
        suppressed,
        3);
  }

  private void told(List<Verdict> verdicts) {
    host.files().createDirectory("/run/coxswain-agent", new Access(0700, "root", "root"));
    host.files()
        .put(ToldHealth.FILE, Json.of(ToldHealth.of(new Judgement(now(), verdicts, 10), "0.1.0")));
  }

  private Instant now() {
    return host.clock().instant();
  }

  private int run(String... args) {
    return new CommandLine(new HealthCommand(host))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .execute(args);
  }
}

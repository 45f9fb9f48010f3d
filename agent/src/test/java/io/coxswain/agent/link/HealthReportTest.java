package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.AgentMessage.BodyCase;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.Welcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts on their way to the controller. */
class HealthReportTest {
  private final FakeHost host = new FakeHost("gpu01");
  private Judgement judgement = Judgement.NONE;
  private int woken;
  private final FakeObservations observations = new FakeObservations();
  private final AgentSession session =
      new AgentSession(
          host,
          afresh -> observations.observe(afresh).with(judgement),
          "m-1",
          "0.1.0",
          () -> woken++);
  private final FakeStream stream = new FakeStream();

  @Test
  void aReportThatIsWantedByATimeComesThenAndAnEarlierOneIsNotPutOff() {
    welcome();
    host.clock().advance(Duration.ofSeconds(3));
    session.tick();
    long before = stream.count(BodyCase.REPORT);
    session.reportBy(host.clock().instant().plusSeconds(1));
    session.reportBy(host.clock().instant().plusSeconds(3));
    host.clock().advance(Duration.ofMillis(900));
    session.tick();
    assertThat(stream.count(BodyCase.REPORT)).isEqualTo(before);
    host.clock().advance(Duration.ofMillis(100));
    session.tick();
    assertThat(stream.count(BodyCase.REPORT)).isEqualTo(before + 1);
  }

  @Test
  void anUrgentVerdictIsReportedAtOnce() {
    welcome();
    host.clock().advance(Duration.ofSeconds(3));
    session.tick();
    long before = stream.count(BodyCase.REPORT);
    judgement = critical();
    int wokenBefore = woken;
    session.reportNow();
    assertThat(woken).isGreaterThan(wokenBefore);
    session.tick();
    assertThat(stream.count(BodyCase.REPORT)).isEqualTo(before + 1);
    io.coxswain.v1.Observation told = lastReport();
    assertThat(told.getChecks()).isEqualTo(7);
    assertThat(told.getVerdictsList())
        .containsExactly(
            io.coxswain.v1.Verdict.newBuilder()
                .setCheck("xid-79")
                .setSubject("0000:18:00.0")
                .setLevel(io.coxswain.v1.Health.CRITICAL)
                .setMessage("GPU has fallen off the bus")
                .setExpected("on the bus")
                .setSince(OutcomeEncoder.timestamp(host.clock().instant()))
                .setObservedAt(OutcomeEncoder.timestamp(host.clock().instant()))
                .setAction(io.coxswain.v1.RepairAction.REBOOT)
                .setDrain(true)
                .setCount(2)
                .build());
  }

  @Test
  void withoutAControllerNothingIsUrgent() {
    session.reportNow();
    session.tick();
    assertThat(stream.sent).isEmpty();
  }

  @Test
  void everyWordHasOneOnTheWire() {
    for (Health level : Health.values()) {
      for (RepairAction action : RepairAction.values()) {
        Verdict verdict = verdict(level, action);
        assertThat(VerdictEncoder.encode(verdict).getLevel().name()).isEqualTo(level.name());
        assertThat(VerdictEncoder.encode(verdict).getAction().name()).isEqualTo(action.name());
      }
    }
  }

  private Judgement critical() {
    return new Judgement(
        host.clock().instant(), List.of(verdict(Health.CRITICAL, RepairAction.REBOOT)), 7);
  }

  private Verdict verdict(Health level, RepairAction action) {
    return new Verdict(
        "xid-79",
        "0000:18:00.0",
        level,
        "GPU has fallen off the bus",
        "on the bus",
        host.clock().instant(),
        host.clock().instant(),
        action,
        true,
        "",
        2);
  }

  private void welcome() {
    session.opened(stream);
    session.received(
        stream,
        ControllerMessage.newBuilder()
            .setSequence(1)
            .setWelcome(Welcome.newBuilder().setHeartbeatSeconds(5).setReportSeconds(30))
            .build());
    session.tick();
  }

  private io.coxswain.v1.Observation lastReport() {
    return stream.sent.stream()
        .filter(AgentMessage::hasReport)
        .reduce((a, b) -> b)
        .orElseThrow()
        .getReport()
        .getObservation();
  }
}

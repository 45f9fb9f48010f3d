package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.Software;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is urgent waits for no measurement. */
class JudgedObservationsTest {
  private int measured;
  private int checks = 1;
  private final JudgedObservations observations =
      new JudgedObservations(
          afresh -> {
            measured++;
            return observation();
          },
          () -> new Judgement(Instant.EPOCH, List.of(), checks));

  @Test
  void theJudgementIsOfTheMoment() {
    assertThat(observations.observe(false).judgement().checks()).isEqualTo(1);
    checks = 2;
    assertThat(observations.observe(false).judgement().checks()).isEqualTo(2);
    assertThat(measured).isEqualTo(2);
  }

  @Test
  void anUrgentOneIsTheLastOneJudgedAnew() {
    observations.observe(false);
    checks = 2;
    observations.urgent();
    assertThat(observations.observe(false).judgement().checks()).isEqualTo(2);
    assertThat(measured).isEqualTo(1);
    observations.observe(false);
    assertThat(measured).as("the next one is measured again").isEqualTo(2);
  }

  @Test
  void whoAsksAfreshOrFirstGetsAMeasurement() {
    observations.urgent();
    observations.observe(false);
    observations.urgent();
    observations.observe(true);
    assertThat(measured).isEqualTo(2);
  }

  private static Observation observation() {
    Reading.Unsupported<Long> none = new Reading.Unsupported<>("fake");
    return new Observation(
        Instant.EPOCH,
        new MachineIdentity("gpu01", "uuid", "serial", "boot-1", "0.1.0"),
        new Hardware(
            new Reading.Unsupported<>("fake"),
            none,
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake")),
        new Software(
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake")),
        List.of());
  }
}

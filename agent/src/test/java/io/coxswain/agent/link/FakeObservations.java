package io.coxswain.agent.link;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.Software;
import java.time.Instant;
import java.util.List;

/** A machine of which little is known. */
final class FakeObservations implements ObservationSource {
  int asked;
  int askedAfresh;

  @Override
  public Observation observe(boolean afresh) {
    asked++;
    askedAfresh += afresh ? 1 : 0;
    Instant now = Instant.parse("2026-11-22T08:00:00Z");
    return new Observation(
        now,
        new MachineIdentity("gpu01", "uuid", "serial", "boot-1", "0.1.0"),
        new Hardware(
            new Reading.Unsupported<>("fake"),
            new Reading.Known<>(1L << 40, now),
            new Reading.Failed<>(FailureReason.TIMED_OUT, "lsblk"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Known<>(List.of(PciGpu.at("0000:18:00.0")), now),
            new Reading.Failed<>(FailureReason.DRIVER_UNRESPONSIVE, "init")),
        new Software(
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake")),
        List.of());
  }
}

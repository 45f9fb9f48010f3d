package io.coxswain.controller.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.Cgroups;
import io.coxswain.controller.observed.MachineFacts.Gpus;
import io.coxswain.controller.observed.MachineFacts.Judged;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.observed.Verdict.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void whatWasNeverReportedIsUnknown() {
    assertThat(Health.of(Optional.empty()))
        .isEqualTo(new Health(Level.UNKNOWN, "nothing was reported yet"));
  }

  @Test
  void allGpusAnswering() {
    assertThat(health(known(8), 8)).isEqualTo(new Health(Level.PASS, "8 GPUs answer"));
  }

  @Test
  void oneGpuLostIsCritical() {
    assertThat(health(known(7), 8))
        .isEqualTo(new Health(Level.CRITICAL, "gpus: 7 of 8 on the PCI bus answer"));
  }

  @Test
  void gpusThatDoNotAnswerNeverPass() {
    assertThat(health(new Reading.Failed<>("NVML does not answer in 5 s"), 8).level())
        .isNotEqualTo(Level.PASS);
    assertThat(health(new Reading.Failed<>("driver not loaded"), 0).level())
        .isNotEqualTo(Level.PASS);
    assertThat(health(new Reading.Unsupported<>("no driver"), 8).level()).isEqualTo(Level.CRITICAL);
  }

  @Test
  void aMachineWithoutGpusIsFine() {
    assertThat(health(new Reading.Unsupported<>("no NVIDIA driver"), 0))
        .isEqualTo(new Health(Level.PASS, "no GPUs"));
  }

  private static Reading<Gpus> known(int count) {
    return new Reading.Known<>(
        new Gpus("NVIDIA H200", List.of(0, 1, 2, 3, 4, 5, 6, 7).subList(0, count), "570.86"));
  }

  @Test
  void whatNoPolicyHasJudgedIsUnknownWhateverItsGpusSay() {
    assertThat(health(known(8), 8, Judged.NOT))
        .isEqualTo(new Health(Level.UNKNOWN, "its agent has not judged it yet"));
    assertThat(health(known(7), 8, Judged.NOT).level()).isEqualTo(Level.CRITICAL);
  }

  @Test
  void theWorstVerdictSpeaks() {
    Judged judged =
        new Judged(
            40, List.of(verdict("pcie-width", Level.WARNING), verdict("xid-79", Level.CRITICAL)));
    assertThat(health(known(8), 8, judged))
        .isEqualTo(new Health(Level.CRITICAL, "xid-79 0000:18:00.0: off the bus (and 1 more)"));
  }

  @Test
  void whatCannotBeReadWeighsMoreThanAWarningAndLessThanAFault() {
    Verdict unreadable = verdict("fabric", Level.UNKNOWN);
    assertThat(
            health(known(8), 8, new Judged(9, List.of(verdict("a", Level.WARNING), unreadable)))
                .level())
        .isEqualTo(Level.UNKNOWN);
    assertThat(
            health(known(8), 8, new Judged(9, List.of(verdict("a", Level.CRITICAL), unreadable)))
                .level())
        .isEqualTo(Level.CRITICAL);
  }

  private static Verdict verdict(String check, Level level) {
    return new Verdict(
        check,
        "0000:18:00.0",
        level,
        "off the bus",
        "",
        Instant.EPOCH,
        Verdict.Action.REBOOT,
        true,
        "",
        1);
  }

  private static Health health(Reading<Gpus> gpus, int pciGpus) {
    return health(gpus, pciGpus, new Judged(40, List.of()));
  }

  private static Health health(Reading<Gpus> gpus, int pciGpus, Judged judged) {
    return Health.of(
        Optional.of(
            new MachineFacts(
                Instant.EPOCH,
                "10.0.0.2",
                "gpu01",
                "debian",
                "12",
                1L << 41,
                192,
                gpus,
                pciGpus,
                new Cgroups(2, true),
                Optional.empty(),
                "",
                false,
                List.of(),
                "boot",
                judged,
                Optional.empty())));
  }
}

package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.SlurmFacts;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SlurmProbeTest {
  private final PaperHost host = new PaperHost();

  @Test
  void slurmdMeasuresTheMachine() {
    host.prints("slurmd -V", Captured.text("slurm-22.05.8/slurmd-v.txt"))
        .prints("slurmd -C", Captured.text("slurm-22.05.8/slurmd-c.txt"));

    assertThat(read().known())
        .hasValue(
            new SlurmFacts("22.05.8", Optional.of(new SlurmFacts.Layout(2, 1, 1, 2, 1, 24_103))));
  }

  @Test
  void aJumphostHasAVersionAndNoLayout() {
    host.prints("slurmctld -V", "slurm-wlm 22.05.8\n");

    assertThat(read().known()).hasValue(new SlurmFacts("22.05.8", Optional.empty()));
  }

  @Test
  void aMachineWithoutSlurmIsUnsupported() {
    assertThat(read()).isEqualTo(new Reading.Unsupported<SlurmFacts>("Slurm is not installed"));
  }

  @Test
  void aSlurmdThatCannotStartSaysWhy() {
    host.ends(
        "slurmd -V",
        new Commands.Result(127, "", "slurmd: error while loading shared libraries\n"));

    assertThatExceptionOfType(Unreadable.class)
        .isThrownBy(this::read)
        .withMessage(
            "/usr/bin/slurmd -V ended with 127: slurmd: error while loading shared libraries");
  }

  @ParameterizedTest
  @CsvSource({
    "slurm-wlm 22.05.8, 22.05.8",
    "slurm 23.11.4, 23.11.4",
    "slurm 25.11.0-0rc1, 25.11.0"
  })
  void versionsAreFoundInEveryPackagersWords(String printed, String version) {
    assertThat(SlurmProbe.version(printed)).isEqualTo(version);
  }

  @Test
  void aLayoutWithoutANumberIsNotUnderstood() {
    assertThatExceptionOfType(Unreadable.class)
        .isThrownBy(() -> SlurmProbe.layout("NodeName=w0 CPUs=2 Boards=x"))
        .withMessage("slurmd -C: Boards=x (expected: a number above 0)");
  }

  private Reading<SlurmFacts> read() {
    return new SlurmProbe(host.commands(), host.clock()).read();
  }
}

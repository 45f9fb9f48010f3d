package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmVersionTest {
  @ParameterizedTest
  @CsvSource({
    "22.05.8, 22.05.8",
    "slurm-wlm 22.05.8, 22.05.8",
    "slurm 23.11.4, 23.11.4",
    "23.11, 23.11.0",
    "slurm 24.11.5-2, 24.11.5",
    "slurm 25.05.0-0rc1, 25.05.0",
    "slurm 26.05.10, 26.05.10"
  })
  void readsWhatDaemonsPrint(String text, String version) {
    assertThat(SlurmVersion.parse(text)).hasToString(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "slurm",
        "22",
        "22.5.8",
        "22.13.1",
        "122.05.8",
        "v22.05.8",
        "not found: slurmd"
      })
  void refusesWhatIsNoVersion(String text) {
    assertThatThrownBy(() -> SlurmVersion.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: YY.MM.N");
  }

  @Test
  void ordersByReleaseThenPatch() {
    assertThat(SlurmVersion.parse("22.05.11")).isGreaterThan(SlurmVersion.parse("22.05.8"));
    assertThat(SlurmVersion.parse("23.02.0")).isGreaterThan(SlurmVersion.parse("22.05.11"));
    assertThat(SlurmVersion.parse("23.11.0").isAtLeast(23, 11)).isTrue();
    assertThat(SlurmVersion.parse("23.02.8").isAtLeast(23, 11)).isFalse();
    assertThat(SlurmVersion.parse("24.05.0").isAtLeast(23, 11)).isTrue();
    assertThat(SlurmVersion.parse("21.08.8").isSupported()).isFalse();
    assertThat(SlurmVersion.parse("22.05.0").isSupported()).isTrue();
  }
}

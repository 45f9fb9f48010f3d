package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainReasonTest {
  @Test
  void oursCarriesThePrefixOnOneLine() {
    assertThat(DrainReason.ours("driver 570\n  upgrade ")).isEqualTo("cox: driver 570 upgrade");
    assertThat(DrainReason.isOurs(DrainReason.ours("anything"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cox: repair",
        "cox: repair [root@2026-11-22T05:06:05]",
        "cox: repair : cox: cleaning"
      })
  void knowsItsOwn(String reason) {
    assertThat(DrainReason.isOurs(reason)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "none",
        "Not responding",
        "bad disk",
        "ask bob about cox: x",
        "cox: repair : bad disk",
        "Kill task failed : cox: repair"
      })
  void leavesOthersAlone(String reason) {
    assertThat(DrainReason.isOurs(reason)).isFalse();
  }
}

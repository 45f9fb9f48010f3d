package io.coxswain.controller.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.slurm.SlurmNodeState.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmNodeStateTest {
  @Test
  void aDrainIsAFlag() {
    SlurmNodeState state = SlurmNodeState.parse("IDLE+DRAIN+DYNAMIC_NORM");
    assertThat(state.kind()).isEqualTo(Kind.IDLE);
    assertThat(state.flags()).containsExactlyInAnyOrder("DRAIN", "DYNAMIC_NORM");
    assertThat(state.isDrained()).isTrue();
    assertThat(state.isResponding()).isTrue();
    assertThat(state.isReady()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IDLE",
        "IDLE+DYNAMIC_NORM",
        "MIXED+DYNAMIC_NORM",
        "ALLOCATED+COMPLETING+DYNAMIC_NORM",
        "IDLE+PLANNED",
        "idle",
        "mixed-"
      })
  void isReady(String text) {
    assertThat(SlurmNodeState.parse(text).isReady()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UNKNOWN",
        "DOWN",
        "DOWN+DYNAMIC_NORM",
        "IDLE+NOT_RESPONDING",
        "IDLE*",
        "IDLE+INVALID_REG",
        "inval",
        "IDLE+CLOUD+POWERED_DOWN",
        "idle~",
        "MIXED+POWERING_UP",
        "IDLE+REBOOT_ISSUED",
        "IDLE+REBOOT_REQUESTED",
        "IDLE+MAINTENANCE",
        "FUTURE",
        "DOWN+DRAIN+NOT_RESPONDING",
        "drained*",
        "draining",
        "ERROR",
        "nonsense"
      })
  void isNotReady(String text) {
    assertThat(SlurmNodeState.parse(text).isReady()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "IDLE+DRAIN, true",
    "DRAINED, true",
    "drained*, true",
    "DRAINING@, true",
    "MIXED+DRAIN, true",
    "DOWN+DRAIN, true",
    "IDLE, false",
    "DOWN, false"
  })
  void tellsADrain(String text, boolean isDrained) {
    assertThat(SlurmNodeState.parse(text).isDrained()).isEqualTo(isDrained);
  }

  @ParameterizedTest
  @CsvSource({
    "IDLE, false",
    "ALLOCATED+DRAIN, true",
    "MIXED, true",
    "IDLE+COMPLETING, true",
    "draining, true",
    "drained, false",
    "completing*, true"
  })
  void tellsJobs(String text, boolean isBusy) {
    assertThat(SlurmNodeState.parse(text).isBusy()).isEqualTo(isBusy);
  }

  @ParameterizedTest
  @CsvSource({
    "IDLE, true",
    "IDLE*, false",
    "DOWN, true",
    "DOWN+NOT_RESPONDING, false",
    "UNKNOWN+NOT_RESPONDING, false",
    "IDLE+POWERED_DOWN, false"
  })
  void tellsSilence(String text, boolean isResponding) {
    assertThat(SlurmNodeState.parse(text).isResponding()).isEqualTo(isResponding);
  }

  @Test
  void keepsAFlagOfANewerSlurm() {
    assertThat(SlurmNodeState.parse("IDLE+SHINY").flags()).containsExactly("SHINY");
    assertThat(SlurmNodeState.parse("IDLE+INVALID_REG+DRAIN").isInvalid()).isTrue();
    assertThat(SlurmNodeState.parse("DOWN+DRAIN").isDown()).isTrue();
  }
}

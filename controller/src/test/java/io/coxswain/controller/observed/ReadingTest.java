package io.coxswain.controller.observed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadingTest {
  @Test
  void onlyAKnownReadingHasAValue() {
    assertThat(new Reading.Known<>(0).known()).contains(0);
    assertThat(new Reading.Unsupported<Integer>("no such sensor").known()).isEmpty();
    assertThat(new Reading.Failed<Integer>("did not answer").known()).isEmpty();
  }
}

package io.coxswain.controller.observed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkStateTest {
  @ParameterizedTest
  @CsvSource({
    "0, CONNECTED",
    "14999, CONNECTED",
    "15000, STALE",
    "59999, STALE",
    "60000, LOST",
    "86400000, LOST",
    "-5000, CONNECTED"
  })
  void silenceAgesTheLink(long millis, LinkState link) {
    assertThat(LinkState.of(Instant.EPOCH, Instant.EPOCH.plusMillis(millis))).isEqualTo(link);
  }
}

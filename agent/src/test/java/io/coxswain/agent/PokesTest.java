package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A poke is heard at once, and a flood of them is one report a second. */
class PokesTest {
  private final ManualClock clock = new ManualClock();
  private final List<Instant> wanted = new ArrayList<>();
  private final Pokes pokes = new Pokes(clock, wanted::add);

  @Test
  void aPokeIsReportedAtOnceAndTheNextWithinASecond() {
    Instant start = clock.instant();
    assertThat(pokes.answer("resume")).isEqualTo("ok");
    assertThat(wanted).containsExactly(start);
    clock.advance(Duration.ofMillis(100));
    // Its change came after the first was reported.
    assertThat(pokes.answer("suspend")).isEqualTo("ok");
    assertThat(wanted).containsExactly(start, start.plusSeconds(1));
    clock.advance(Duration.ofMinutes(1));
    pokes.answer("resume");
    assertThat(wanted).hasSize(3).last().isEqualTo(clock.instant());
  }

  @Test
  void aFloodWantsNoMoreThanAReportASecond() {
    for (int i = 0; i < 10_000; i++) {
      pokes.answer("resume");
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(wanted).hasSizeLessThanOrEqualTo(11);
    assertThat(wanted.getLast()).isBeforeOrEqualTo(clock.instant().plusSeconds(1));
  }

  @Test
  void nothingElseIsAnswered() {
    assertThat(pokes.answer("history")).startsWith("no ");
    assertThat(wanted).isEmpty();
  }
}

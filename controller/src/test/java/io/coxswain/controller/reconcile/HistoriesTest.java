package io.coxswain.controller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.observed.GpuRound;
import io.coxswain.controller.observed.GpuRound.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A day in steps of five minutes, and no more of it than that. */
class HistoriesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private final Histories histories = new Histories();

  @Test
  void aStepHasTheMeanAndTheHighestOfItsRounds() {
    add(NOON, 10);
    add(NOON.plusSeconds(30), 90);
    add(NOON.plusSeconds(60), 50);
    add(NOON.plus(Histories.STEP), 7);
    assertThat(points(NOON.plus(Histories.STEP)))
        .containsExactly(
            new Histories.Point(NOON, 50, 90, 3),
            new Histories.Point(NOON.plus(Histories.STEP), 7, 7, 1));
  }

  @Test
  void theSameRoundTwiceIsOne() {
    Instant sampled = NOON.minusSeconds(3);
    histories.add("m-1", List.of(round(0, sampled, 10)), NOON);
    histories.add("m-1", List.of(round(0, sampled, 10)), NOON.plusSeconds(30));
    assertThat(points(NOON)).containsExactly(new Histories.Point(NOON, 10, 10, 1));
  }

  @Test
  void afterADayTheOldestGivesWayAndSilenceIsAGap() {
    for (int i = 0; i < 400; i++) {
      add(NOON.plus(Histories.STEP.multipliedBy(i)), i);
    }
    Instant now = NOON.plus(Histories.STEP.multipliedBy(399));
    assertThat(points(now)).hasSize(288);
    assertThat(points(now).getFirst().mean()).isEqualTo(112);
    Instant later = now.plus(Duration.ofHours(23));
    add(later, 5);
    assertThat(points(later)).hasSize(13).last().satisfies(p -> assertThat(p.mean()).isEqualTo(5));
    assertThat(points(later.plus(Duration.ofDays(2)))).isEmpty();
  }

  @Test
  void negativeValuesHaveAHighestToo() {
    add(NOON, -4);
    add(NOON.plusSeconds(1), -8);
    assertThat(points(NOON)).containsExactly(new Histories.Point(NOON, -6, -4, 2));
  }

  @Test
  void whatAGpuDoesNotTellHasNoSeriesAndMachinesAreForgotten() {
    histories.add("m-1", List.of(new GpuRound(0, "0000:18:00.0", NOON, Map.of())), NOON);
    assertThat(histories.of("m-1", NOON)).isEmpty();
    add(NOON.plusSeconds(1), 1);
    histories.forget("m-1");
    assertThat(histories.of("m-1", NOON)).isEmpty();
  }

  @Test
  void gpusOfAMachineAreBounded() {
    for (int i = 0; i < 100; i++) {
      histories.add("m-1", List.of(round(i, NOON, i)), NOON);
    }
    assertThat(histories.of("m-1", NOON)).hasSize(Histories.MOST_GPUS);
  }

  private void add(Instant at, double busy) {
    histories.add("m-1", List.of(round(0, at, busy)), at);
  }

  private List<Histories.Point> points(Instant now) {
    return histories.of("m-1", now).stream()
        .filter(series -> series.metric() == Metric.BUSY && series.gpu() == 0)
        .flatMap(series -> series.points().stream())
        .toList();
  }

  private static GpuRound round(int gpu, Instant at, double busy) {
    return new GpuRound(gpu, "0000:%02x:00.0".formatted(gpu), at, Map.of(Metric.BUSY, busy));
  }
}

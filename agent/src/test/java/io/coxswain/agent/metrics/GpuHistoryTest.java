package io.coxswain.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The last hour, and no more than that. */
class GpuHistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private final GpuHistory history = new GpuHistory();

  @Test
  void whatWasReadComesBackInItsUnits() {
    history.add(round(1, 87, 512_300), NOON);
    assertThat(history.all())
        .singleElement()
        .isEqualTo(
            new GpuHistory.Series(
                0,
                "0000:00:00.0",
                List.of(
                    new GpuHistory.Sample(
                        NOON,
                        OptionalLong.of(87),
                        OptionalLong.of(143_000),
                        OptionalLong.of(-3),
                        OptionalLong.of(512),
                        OptionalLong.empty()))));
  }

  @Test
  void afterAnHourTheOldestGivesWay() {
    for (int i = 0; i < 400; i++) {
      history.add(round(1, i % 100, 1000), NOON.plusSeconds(10L * i));
    }
    List<GpuHistory.Sample> samples = history.all().getFirst().samples();
    assertThat(samples).hasSize(360);
    assertThat(samples.getFirst().at()).isEqualTo(NOON.plusSeconds(400));
    assertThat(samples.getFirst().busyPercent()).hasValue(40);
    assertThat(samples.getLast().at()).isEqualTo(NOON.plusSeconds(3990));
  }

  @Test
  void eightGpusCostLessThanTwoHundredKilobytes() {
    assertThat(8 * GpuHistory.bytesPerGpu()).isLessThan(200_000);
    GpuHistory measured = new GpuHistory();
    GpuSamples round = round(8, 50, 1000);
    measured.add(round, NOON);
    long before = used();
    List<GpuHistory> kept = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      GpuHistory one = new GpuHistory();
      for (int sample = 0; sample < 360; sample++) {
        one.add(round, NOON.plusSeconds(sample));
      }
      kept.add(one);
    }
    long each = (used() - before) / kept.size();
    assertThat(each).isBetween(8L * GpuHistory.bytesPerGpu() / 2, 200_000L);
  }

  @Test
  void gpusThatComeAndGoStayBounded() {
    for (int i = 0; i < 100; i++) {
      history.add(new GpuSamples(List.of(gpu(i, 1, 1)), List.of(), List.of(), Duration.ZERO), NOON);
    }
    assertThat(history.all()).hasSize(32);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static GpuSamples round(int gpus, long busy, long milliwatts) {
    List<GpuSample> samples = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      samples.add(gpu(i, busy, milliwatts));
    }
    return new GpuSamples(samples, List.of(), List.of(), Duration.ZERO);
  }

  private static GpuSample gpu(int index, long busy, long milliwatts) {
    return new GpuSample(
        index,
        "GPU-" + index,
        "0000:%02x:00.0".formatted(index),
        Map.of(
            GpuMetric.GPU_BUSY_PERCENT,
            known(busy),
            GpuMetric.MEMORY_USED_BYTES,
            known(143_000L << 20),
            GpuMetric.TEMPERATURE_CELSIUS,
            known(-3),
            GpuMetric.POWER_MILLIWATTS,
            known(milliwatts),
            GpuMetric.SM_CLOCK_MHZ,
            new Reading.Unsupported<>("none")),
        List.of());
  }

  private static Reading<Long> known(long value) {
    return new Reading.Known<>(value, NOON);
  }
}

package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.coxswain.controller.Site;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.GetMachineHistoryRequest;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.GpuSample;
import io.coxswain.v1.GpuSamples;
import io.coxswain.v1.GpuSeries;
import io.coxswain.v1.MachineHistory;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Report;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reports told of GPUs comes back as a history, over the real doors. */
final class HistoriesServiceTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void reportsOfAMachineBecomeItsHistory() {
    try (var agent = site.join("gpu01", MachineRole.WORKER)) {
      var stream = agent.connect();
      stream.say(report(100, 40));
      stream.say(report(130, 60));
      MachineHistory history = ask("power");
      long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (history.getSeriesCount() == 0 || history.getSeries(0).getPoints(0).getCount() < 2) {
        assertThat(System.nanoTime()).as("both reports are in").isLessThan(giveUp);
        history = ask("power");
      }
      GpuSeries series = history.getSeries(0);
      assertThat(history.getSeriesList()).hasSize(1);
      assertThat(series.getUnit()).isEqualTo("W");
      assertThat(series.getGpu()).isEqualTo(3);
      assertThat(series.getPoints(0).getMean()).isEqualTo(50);
      assertThat(series.getPoints(0).getMax()).isEqualTo(60);
      assertThat(ask("").getSeriesList())
          .extracting(GpuSeries::getMetric)
          .containsExactly("memory", "power");
    }
    assertThatThrownBy(() -> ask("colour")).hasMessageContaining("metric: 'colour'");
  }

  private MachineHistory ask(String metric) {
    return site.call(
        "Histories/GetMachineHistory",
        GetMachineHistoryRequest.newBuilder().setName("gpu01").setMetric(metric).build(),
        MachineHistory.parser());
  }

  private static AgentMessage.Builder report(long second, long watts) {
    return AgentMessage.newBuilder()
        .setReport(
            Report.newBuilder()
                .setObservation(
                    Observation.newBuilder()
                        .setChecks(1)
                        .setGpus(
                            GpuReading.newBuilder()
                                .setState(GpuReading.State.UNSUPPORTED)
                                .setReason("not asked for"))
                        .setGpuSamples(
                            GpuSamples.newBuilder()
                                .setState(GpuReading.State.KNOWN)
                                .setSampledAt(Timestamp.newBuilder().setSeconds(second))
                                .addGpus(
                                    GpuSample.newBuilder()
                                        .setIndex(3)
                                        .setPciBusId("0000:18:00.0")
                                        .setMetrics(
                                            GpuMetrics.newBuilder()
                                                .addNames(GpuMetrics.Name.POWER_MILLIWATTS)
                                                .addValues(watts * 1000)
                                                .addNames(GpuMetrics.Name.MEMORY_USED_BYTES)
                                                .addValues(1 << 30))))));
  }
}

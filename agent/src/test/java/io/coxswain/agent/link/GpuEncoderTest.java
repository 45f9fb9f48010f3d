package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.gpu.Fleet;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import io.coxswain.v1.GpuLinkSample;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuProcess;
import io.coxswain.v1.GpuReading;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GpuEncoderTest {
  @Test
  void everyNameOfTheAgentIsOneOnTheWire() {
    assertThat(names(GpuMetrics.Name.values())).isEqualTo(names(GpuMetric.values()));
    assertThat(names(GpuLinkSample.Name.values())).isEqualTo(names(LinkMetric.values()));
    assertThat(names(GpuProcess.Use.values())).isEqualTo(names(GpuDetails.Use.values()));
  }

  @Test
  void whatIsKnownHasAValueWhatFailedAReasonAndWhatIsAbsentNothing() {
    Map<GpuMetric, Reading<Long>> metrics =
        Map.of(
            GpuMetric.TEMPERATURE_MARGIN_CELSIUS, known(-2),
            GpuMetric.POWER_MILLIWATTS, new Reading.Failed<>(FailureReason.GPU_FAULTY, "code 8"),
            GpuMetric.OFA_BUSY_PERCENT, new Reading.Unsupported<>("not here"));
    GpuLink link = new GpuLink(7, Map.of(LinkMetric.UP, known(1)));
    GpuSamples samples =
        new GpuSamples(
            List.of(new GpuSample(2, "GPU-x", "0000:3a:00.0", metrics, List.of(link))),
            List.of(new GpuTrouble(3, "0000:5d:00.0", FailureReason.GPU_LOST, "gone")),
            List.of(new GpuEvent(9, Fleet.SEEN_AT, GpuEvent.XID, 79, "0000:5d:00.0", -1, -1)),
            Duration.ofNanos(2_345_678));

    var wire = GpuEncoder.samples(new Reading.Known<>(samples, Fleet.SEEN_AT));

    assertThat(wire.getState()).isEqualTo(GpuReading.State.KNOWN);
    assertThat(wire.getTookMicros()).isEqualTo(2345);
    assertThat(wire.getSampledAt().getSeconds()).isEqualTo(Fleet.SEEN_AT.getEpochSecond());
    GpuMetrics gpu = wire.getGpus(0).getMetrics();
    assertThat(gpu.getNamesList()).containsExactly(GpuMetrics.Name.TEMPERATURE_MARGIN_CELSIUS);
    assertThat(gpu.getValuesList()).containsExactly(-2L);
    assertThat(gpu.getFailed(0).getName()).isEqualTo(GpuMetrics.Name.POWER_MILLIWATTS);
    assertThat(gpu.getFailed(0).getCode()).isEqualTo("GPU_FAULTY");
    assertThat(gpu.getFailedCount()).isEqualTo(1);
    assertThat(wire.getGpus(0).getLinks(0).getLink()).isEqualTo(7);
    assertThat(wire.getGpus(0).getLinks(0).getNamesList()).containsExactly(GpuLinkSample.Name.UP);
    assertThat(wire.getTroubles(0).getCode()).isEqualTo("GPU_LOST");
    assertThat(wire.getTroubles(0).getPciBusId()).isEqualTo("0000:5d:00.0");
    assertThat(wire.getEvents(0).getDetail()).isEqualTo(79);
    assertThat(wire.getEvents(0).getGpuInstance()).isEqualTo(-1);
  }

  @Test
  void roundsThatFailedSayWhy() {
    var wire =
        GpuEncoder.samples(
            new Reading.Failed<>(FailureReason.DRIVER_UNRESPONSIVE, "nvmlInit_v2 hangs"));

    assertThat(wire.getState()).isEqualTo(GpuReading.State.FAILED);
    assertThat(wire.getReason()).isEqualTo("driver unresponsive: nvmlInit_v2 hangs");
  }

  @Test
  void oneSickGpuIsToldBesideTheOthers() {
    GpuReading wire = GpuEncoder.inventory(Fleet.oneGpuLost("a"));

    assertThat(wire.getGpusCount()).isEqualTo(7);
    assertThat(wire.getTroubles(0).getIndex()).isEqualTo(3);
    assertThat(wire.getReason()).startsWith("GPU 3: ");
  }

  private static Reading<Long> known(long value) {
    return new Reading.Known<>(value, Fleet.SEEN_AT);
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(Enum::name)
        .filter(name -> !name.endsWith("_UNSPECIFIED") && !name.equals("UNRECOGNIZED"))
        .toList();
  }
}

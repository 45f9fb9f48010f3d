package io.coxswain.controller.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.coxswain.controller.Golden;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.v1.GpuMetrics;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.GpuSample;
import io.coxswain.v1.GpuSamples;
import io.coxswain.v1.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The site's page: what is known, and nothing of what is not. */
class SiteSeriesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ClusterId CLUSTER = new ClusterId("c-00a1");
  private static final Verdict LOST =
      new Verdict(
          "xid-79",
          "0000:18:00.0",
          Verdict.Level.CRITICAL,
          "fallen off the bus",
          "",
          NOON,
          Verdict.Action.REBOOT,
          true,
          "",
          1);

  @Test
  void aSiteIsToldAsTheGoldenPageHasIt() {
    Instance running =
        Instance.pending(CLUSTER, 0, "main", NOON.minusSeconds(90))
            .leasing("m-2")
            .in(InstanceState.RUNNING, NOON.minusSeconds(90), Optional.empty())
            .held(Optional.of(Hold.of(LOST, NOON, NOON)));
    Instance late =
        Instance.pending(CLUSTER, 1, "main", NOON.minusSeconds(900))
            .in(InstanceState.PENDING, NOON.minusSeconds(900), Optional.of(NOON.minusSeconds(1)));
    SiteView site =
        new SiteView(
            NOON,
            "0.1.0",
            List.of(machine("m-1", "silent"), machine("m-2", "gpu\"1")),
            Map.of("m-2", seen(NOON.minusSeconds(20))),
            Set.of("m-1"),
            List.of(cluster()),
            List.of(running, late),
            List.of(operation("o-1"), operation("o-2")));
    Exposition page = new Exposition();
    SiteSeries.write(page, site);
    GpuSeries.write(page, List.of(GpuReport.of("gpu\"1", report()).orElseThrow()), NOON);
    Golden.resource("metrics-site.txt", page.toString());
  }

  @Test
  void aReportThatCannotBeReadOrHasNoSampleHasNoSeries() {
    assertThat(GpuReport.of("gpu01", new byte[] {-1, 1, 2})).isEmpty();
    assertThat(GpuReport.of("gpu01", Observation.getDefaultInstance().toByteArray())).isEmpty();
  }

  private static byte[] report() {
    GpuMetrics metrics =
        GpuMetrics.newBuilder()
            .addNames(GpuMetrics.Name.TEMPERATURE_CELSIUS)
            .addValues(61)
            .addNames(GpuMetrics.Name.POWER_MILLIWATTS)
            .addValues(412_300)
            .addNames(GpuMetrics.Name.FABRIC_STATE)
            .addValues(3)
            .build();
    return Observation.newBuilder()
        .setGpuSamples(
            GpuSamples.newBuilder()
                .setState(GpuReading.State.KNOWN)
                .setSampledAt(Timestamp.newBuilder().setSeconds(NOON.getEpochSecond() - 15))
                .addGpus(GpuSample.newBuilder().setIndex(3).setUuid("GPU-3").setMetrics(metrics)))
        .build()
        .toByteArray();
  }

  private static Seen seen(Instant at) {
    MachineFacts facts =
        new MachineFacts(
            at,
            "10.0.0.2",
            "gpu01",
            "debian",
            "12",
            1L << 40,
            112,
            new Reading.Known<>(
                new MachineFacts.Gpus("H200", List.of(0, 1, 2, 3, 4, 5, 6), "570.124.06")),
            8,
            new MachineFacts.Cgroups(2, true),
            Optional.empty(),
            "",
            false,
            List.of(),
            "boot",
            new MachineFacts.Judged(40, List.of(LOST)),
            Optional.empty());
    return new Seen(Optional.of(facts), at, true, 1, Map.of());
  }

  private static Machine machine(String id, String name) {
    return new Machine(
        id,
        name,
        Machine.Role.WORKER,
        "uuid",
        "serial",
        Map.of(),
        NOON,
        "0a",
        NOON.plus(Duration.ofDays(1)),
        false,
        "",
        Optional.empty(),
        1,
        "");
  }

  private static Cluster cluster() {
    ClusterSpec spec =
        new ClusterSpec(
            CLUSTER,
            "train",
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), 2, Selector.ANY, List.of())),
            List.of(),
            false,
            20_000,
            6817,
            "jumphost",
            ClusterSpec.Intent.RUN,
            "alice",
            NOON);
    return new Cluster(spec, new Secret(new byte[1]), Optional.empty());
  }

  private static Operation operation(String id) {
    return new Operation(
        id,
        Operation.Kind.CREATE_CLUSTER,
        Operation.State.IN_PROGRESS,
        Optional.of(CLUSTER),
        id,
        NOON,
        Optional.empty(),
        "");
  }
}

package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.ClockReason;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.RecoveryAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds: what changes all the time, and what a driver does while it changes. */
final class NvmlSampleTest {
  @TempDir Path directory;
  private NvmlBench bench;

  @BeforeEach
  void open() {
    bench = new NvmlBench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** What the fake is told, and the metric that must show it. */
  private static final String PLACES =
      """
      GPU_BUSY_PERCENT, busy, 91
      MEMORY_BUSY_PERCENT, memory_busy, 17
      ENCODER_BUSY_PERCENT, encoder, 1
      DECODER_BUSY_PERCENT, decoder, 2
      JPEG_BUSY_PERCENT, jpeg, 3
      OFA_BUSY_PERCENT, ofa, 4
      MEMORY_USED_BYTES, used, 5000000000
      TEMPERATURE_CELSIUS, temperature, 71
      MEMORY_TEMPERATURE_CELSIUS, memory_temperature, 83
      TEMPERATURE_MARGIN_CELSIUS, margin, -2
      POWER_MILLIWATTS, power, 654321
      ENERGY_MILLIJOULES, energy, 99999999999
      SM_CLOCK_MHZ, sm_clock, 1755
      GRAPHICS_CLOCK_MHZ, graphics_clock, 1754
      VIDEO_CLOCK_MHZ, video_clock, 1500
      PERFORMANCE_STATE, pstate, 2
      POWER_SLOWDOWN_NANOS, power_slowed, 5000000000
      ECC_CORRECTED, ecc_corrected, 5
      ECC_UNCORRECTED, ecc_uncorrected, 6
      ECC_CORRECTED_TOTAL, ecc_corrected_total, 7
      ECC_UNCORRECTED_TOTAL, ecc_uncorrected_total, 8
      SRAM_THRESHOLD_EXCEEDED, sram_threshold, 1
      ROWS_REMAPPED_CORRECTED, rows_corrected, 11
      ROWS_REMAPPED_UNCORRECTED, rows_uncorrected, 12
      ROW_REMAP_PENDING, remap_pending, 1
      ROW_REMAP_FAILED, remap_failed, 1
      CHANNEL_REPAIR_PENDING, channel_repair, 1
      MEMORY_UNREPAIRABLE, unrepairable, 1
      PCIE_WIDTH, pcie_width, 8
      PCIE_GENERATION, pcie_gen, 1
      PCIE_REPLAYS, pcie_replays, 44
      PCIE_FATAL_ERRORS, pcie_fatal, 45
      FABRIC_STATE, fabric_state, 2
      FABRIC_HEALTH_SUMMARY, fabric_summary, 2
      PERSISTENCE_ON, persistence, 0
      THERMAL_SLOWDOWN_NANOS, heat_slowed, 77
      SRAM_CORRECTED, sram_corrected, 21
      PCIE_SENT_BYTES, pcie_sent, 22
      PCIE_RECEIVED_BYTES, pcie_received, 23
      PCIE_CORRECTABLE_ERRORS, pcie_correctable, 24
      PCIE_NON_FATAL_ERRORS, pcie_nonfatal, 25
      TPC_REPAIR_PENDING, tpc_repair, 1
      FABRIC_HEALTH_MASK, fabric_health, 681
      POWER_LIMIT_MILLIWATTS, power_limit, 650000
      MEMORY_CLOCK_MHZ, memory_clock, 3200
      RECOVERY_ACTION, recovery, 4
      CLOCK_REASONS, reasons, 196
      ECC_ON, ecc, 0
      """;

  @Test
  void everyMetricComesFromItsOwnPlace() {
    List<String[]> rows = PLACES.lines().map(line -> line.split(", ", -1)).toList();
    List<String> lines = new ArrayList<>(List.of("count=2", "down.1=3,17"));
    lines.addAll(List.of("set.sram_parity.1=10", "set.sram_secded.1=20"));
    rows.forEach(row -> lines.add("set." + row[1] + ".1=" + row[2]));
    NvmlGpus gpus =
        bench.gpus(FakeNvml.ofBranch(595, directory).configured(lines.toArray(new String[0])));

    GpuSample second = NvmlBench.sample(gpus, 1);

    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(value(second, GpuMetric.valueOf(row[0])))
                    .as(row[0])
                    .hasValue(Long.parseLong(row[2])));
    assertThat(value(second, GpuMetric.SRAM_UNCORRECTED)).hasValue(30L);
    assertThat(value(second, GpuMetric.MEMORY_TOTAL_BYTES)).hasValue(143_771L << 20);
    assertThat(value(second, GpuMetric.CLOCK_REASONS).map(ClockReason::of).orElseThrow())
        .containsExactly(ClockReason.POWER_CAP, ClockReason.HW_THERMAL, ClockReason.HW_POWER_BRAKE);
    assertThat(value(second, GpuMetric.RECOVERY_ACTION).map(RecoveryAction::of))
        .hasValue(RecoveryAction.DRAIN_AND_RESET);
    assertThat(second.links())
        .filteredOn(link -> link.reading(LinkMetric.UP).known().orElseThrow() == 0)
        .extracting(GpuLink::link)
        .containsExactly(3, 17);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.GPU_BUSY_PERCENT)).hasValue(0L);
    assertThat(second.metrics().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(GpuMetric.values()).filter(GpuMetric::isSampled).toList());
  }

  @Test
  void whatWasBusyIsTheShareBetweenTwoRounds() {
    NvmlGpus gpus =
        bench.gpus(
            bench.nvml(
                "count=2",
                "set.gpm1.1=62.5",
                "set.gpm2.1=100",
                "set.gpm5.1=0.25",
                "set.gpm10.1=9"));

    assertThat(NvmlBench.sample(gpus, 1).metrics().get(GpuMetric.TENSOR_ACTIVE_PPM))
        .as("one sample says nothing")
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(FailureReason.NO_VALUE_YET));
    for (int round = 0; round < 3; round++) {
      GpuSample gpu = NvmlBench.sample(gpus, 1);
      assertThat(value(gpu, GpuMetric.GRAPHICS_ENGINE_ACTIVE_PPM)).hasValue(625_000L);
      assertThat(value(gpu, GpuMetric.SM_ACTIVE_PPM)).hasValue(1_000_000L);
      assertThat(value(gpu, GpuMetric.TENSOR_ACTIVE_PPM)).hasValue(2_500L);
      assertThat(value(gpu, GpuMetric.MEMORY_BANDWIDTH_PPM)).hasValue(90_000L);
    }
  }

  @ParameterizedTest
  @CsvSource({"a100, count=1", "h200, mig.0=2"})
  void whereThereIsNoMonitorTheShareIsAbsentAndNoZero(String profile, String line) {
    NvmlGpus gpus = bench.gpus(bench.nvml("profile=" + profile, "count=1", line));
    for (int round = 0; round < 2; round++) {
      assertThat(NvmlBench.sample(gpus, 0).metrics().get(GpuMetric.TENSOR_ACTIVE_PPM))
          .isInstanceOf(Reading.Unsupported.class);
    }
  }

  @Test
  void aShareThatIsNoShareIsNotTold() {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=1", "set.gpm5=nan", "set.gpm1=250"));
    NvmlBench.sample(gpus, 0);
    GpuSample gpu = NvmlBench.sample(gpus, 0);
    assertThat(value(gpu, GpuMetric.TENSOR_ACTIVE_PPM)).isEmpty();
    assertThat(value(gpu, GpuMetric.GRAPHICS_ENGINE_ACTIVE_PPM)).isEmpty();
    assertThat(value(gpu, GpuMetric.SM_ACTIVE_PPM)).hasValue(0L);
  }

  /** DCGM#263: a reset is required and every error counter reads 0. */
  @Test
  void theDriversVerdictIsReadWhileNoErrorIsCounted() {
    FakeNvml nvml = bench.nvml("count=1");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.RECOVERY_ACTION)).hasValue(0L);

    nvml.configured("count=1", "set.recovery=1");

    GpuSample gpu = NvmlBench.sample(gpus, 0);
    assertThat(value(gpu, GpuMetric.RECOVERY_ACTION)).hasValue(1L);
    assertThat(value(gpu, GpuMetric.ECC_UNCORRECTED)).hasValue(0L);
    assertThat(RecoveryAction.of(9)).isEqualTo(RecoveryAction.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "a100, 12, true, false",
    "h200, 18, true, false",
    "b200, 18, false, true",
    "l40s, 0, , "
  })
  void eachGenerationCountsItsLinksErrorsItsOwnWay(
      String profile, int links, Boolean counts, Boolean fields) {
    NvmlGpus gpus =
        bench.gpus(
            bench.nvml("profile=" + profile, "set.link_crc=7", "set.link_errors=9", "count=1"));

    for (int round = 0; round < 2; round++) {
      GpuSample gpu = NvmlBench.sample(gpus, 0);
      assertThat(gpu.links()).hasSize(links);
      assertThat(gpu.links())
          .allSatisfy(
              link -> {
                assertThat(link.reading(LinkMetric.UP).known()).hasValue(1L);
                assertThat(link.reading(LinkMetric.CRC_ERRORS).known().isPresent())
                    .isEqualTo(counts);
                assertThat(link.reading(LinkMetric.SYMBOL_ERRORS).known().isPresent())
                    .isEqualTo(fields);
                assertThat(link.reading(LinkMetric.CRC_ERRORS))
                    .isNotInstanceOf(Reading.Failed.class);
              });
    }
  }

  @Test
  void aCardWithoutLinksOrFabricIsNotBrokenForIt() {
    GpuSample gpu = NvmlBench.sample(bench.gpus(bench.nvml("profile=l40s", "count=1")), 0);

    assertThat(gpu.metrics().values()).noneMatch(reading -> reading instanceof Reading.Failed);
    assertThat(gpu.reading(GpuMetric.FABRIC_STATE)).isInstanceOf(Reading.Unsupported.class);
    assertThat(gpu.reading(GpuMetric.MIG_ON)).isInstanceOf(Reading.Unsupported.class);
  }

  @ParameterizedTest
  @CsvSource({"12", "18", "36"})
  void linksAreCountedByAskingAndNotByAConstant(int links) {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=1", "set.links=" + links));

    assertThat(NvmlBench.sample(gpus, 0).links()).hasSize(links);
  }

  @Test
  void aLostGpuIsNamedAndReturnsWhenItDoes() {
    FakeNvml nvml = bench.nvml("count=8");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(8);

    nvml.configured("count=8", "lost=5");
    GpuSamples samples = NvmlBench.samples(gpus);

    assertThat(samples.gpus()).extracting(GpuSample::index).containsExactly(0, 1, 2, 3, 4, 6, 7);
    assertThat(samples.troubles())
        .containsExactly(
            new GpuTrouble(
                5,
                "0000:ab:00.0",
                FailureReason.GPU_LOST,
                "nvmlDeviceGetMemoryInfo gave 15 (GPU is lost)"));
    nvml.configured("count=8");
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(8);
  }

  @Test
  void oneRefusedReadingFailsAloneAndSaysTheCode() {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=2", "fail.nvmlDeviceGetPowerUsage.1=999"));

    GpuSample sick = NvmlBench.sample(gpus, 1);

    assertThat(sick.reading(GpuMetric.POWER_MILLIWATTS))
        .isEqualTo(
            new Reading.Failed<Long>(
                FailureReason.DRIVER_ERROR, "nvmlDeviceGetPowerUsage gave 999 (Unknown Error)"));
    assertThat(value(sick, GpuMetric.TEMPERATURE_CELSIUS)).hasValue(34L);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.POWER_MILLIWATTS)).hasValue(98_000L);
  }

  @Test
  void handlesThatWentStaleAreLookedUpAgainInTheSameRound() {
    FakeNvml nvml = bench.nvml("count=2");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(2);

    nvml.configured("count=2", "generation=1");

    assertThat(value(NvmlBench.sample(gpus, 1), GpuMetric.TEMPERATURE_CELSIUS)).hasValue(34L);
    assertThat(NvmlBench.samples(gpus).troubles()).isEmpty();
  }

  @Test
  void aGpuThatIsCutSupportsOtherThingsThanBeforeAndAfterwardsAgain() {
    FakeNvml nvml = bench.nvml("count=1");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.GPU_BUSY_PERCENT)).hasValue(0L);

    nvml.configured("count=1", "mig.0=3");
    GpuSample cut = NvmlBench.sample(gpus, 0);
    assertThat(value(cut, GpuMetric.MIG_ON)).hasValue(1L);
    assertThat(cut.reading(GpuMetric.GPU_BUSY_PERCENT)).isInstanceOf(Reading.Unsupported.class);
    assertThat(devices(gpus))
        .extracting(GpuDetails.MigDevice::name)
        .containsOnly("NVIDIA H200 MIG 1g.19gb")
        .hasSize(3);
    assertThat(devices(gpus))
        .extracting(GpuDetails.MigDevice::gpuInstance)
        .containsExactly(7, 8, 9);

    // Remembered as absent by now.
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.MIG_ON)).hasValue(1L);
    nvml.configured("count=1");
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.MIG_ON)).hasValue(0L);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.GPU_BUSY_PERCENT)).hasValue(0L);
    assertThat(devices(gpus)).isEmpty();
  }

  @Test
  void countersBeyondTheSignedHalfAreReadAsTheyAre() {
    FakeNvml nvml = bench.nvml("count=1", "set.pcie_sent=9223372036854774784");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.PCIE_SENT_BYTES))
        .hasValue(9_223_372_036_854_774_784L);

    // Wrapped.
    nvml.configured("count=1", "set.pcie_sent=12");
    assertThat(value(NvmlBench.sample(gpus, 0), GpuMetric.PCIE_SENT_BYTES)).hasValue(12L);
  }

  /** What a card does not have is asked for once and not in every round. */
  @Test
  void aRoundAsksOnlyWhatItMust() throws Exception {
    Path calls = directory.resolve("calls");
    NvmlGpus gpus = bench.gpus(bench.nvml("profile=l40s", "count=1", "calls=" + calls));
    for (int round = 0; round < 10; round++) {
      NvmlBench.samples(gpus);
    }

    Map<String, Long> counted =
        Files.readAllLines(calls).stream()
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toMap(w -> w[0], w -> Long.valueOf(w[1])));
    assertThat(counted)
        .containsEntry("nvmlDeviceGetGpuFabricInfoV", 2L)
        .containsEntry("nvmlDeviceGetRetiredPages_v2", 1L)
        .containsEntry("nvmlDeviceGetHandleByIndex_v2", 1L)
        .containsEntry("nvmlInit_v2", 1L)
        // One as the pulse; the tenth round's are written with the eleventh.
        .containsEntry("nvmlDeviceGetPowerUsage", 9L)
        .containsEntry("nvmlDeviceGetFieldValues", 9L);
  }

  private static List<GpuDetails.MigDevice> devices(NvmlGpus gpus) {
    return NvmlBench.inventory(gpus)
        .gpus()
        .getFirst()
        .details()
        .known()
        .flatMap(details -> details.migDevices().known())
        .orElseThrow();
  }

  private static Optional<Long> value(GpuSample gpu, GpuMetric metric) {
    return gpu.reading(metric).known();
  }
}

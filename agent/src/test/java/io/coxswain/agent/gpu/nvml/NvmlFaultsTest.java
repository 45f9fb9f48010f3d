package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Reading;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that hang, that change under a loaded library, and that write where they should not. */
final class NvmlFaultsTest {
  private static final String LIBRARY = "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1";

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvmlDeviceGetPowerUsage",
        "nvmlDeviceGetFieldValues",
        "nvmlDeviceGetHandleByIndex_v2",
        "nvmlDeviceRegisterEvents"
      })
  void aGpuThatHangsIsNamedWhileTheOthersAreRead(String function) {
    NvmlGpus gpus = impatient(bench.nvml("count=4", "hang." + function + ".2=3600"));

    GpuSamples samples = NvmlBench.samples(gpus);
    // Events are registered beside the first round: that hang is seen by the second.
    samples = samples.troubles().isEmpty() ? awaitTrouble(gpus) : samples;

    assertThat(samples.gpus()).extracting(GpuSample::index).containsExactly(0, 1, 3);
    assertThat(samples.troubles())
        .singleElement()
        .satisfies(
            trouble -> {
              assertThat(trouble.index()).isEqualTo(2);
              assertThat(trouble.reason()).isEqualTo(FailureReason.DRIVER_UNRESPONSIVE);
              assertThat(trouble.message())
                  .matches(function + " of GPU 2 did not come back in \\d+ ms");
            });
  }

  @Test
  void aSecondGpuThatHangsHidesTheRestForOneRoundOnly() {
    NvmlGpus gpus =
        impatient(
            bench.nvml(
                "count=4",
                "hang.nvmlDeviceGetPowerUsage.1=3600",
                "hang.nvmlDeviceGetPowerUsage.3=3600"));

    assertThat(gpus.sample()).isInstanceOf(Reading.Failed.class);
    GpuSamples samples = NvmlBench.samples(gpus);

    assertThat(samples.gpus()).extracting(GpuSample::index).containsExactly(0, 2);
    assertThat(samples.troubles()).extracting(GpuTrouble::index).containsExactly(1, 3);
  }

  private static GpuSamples awaitTrouble(NvmlGpus gpus) {
    GpuSamples samples = NvmlBench.samples(gpus);
    long end = System.nanoTime() + FakeNvml.PATIENT.toNanos();
    while (samples.troubles().isEmpty() && System.nanoTime() < end) {
      samples = NvmlBench.samples(gpus);
    }
    return samples;
  }

  @Test
  void aGpuThatHungIsAskedAgainAfterAPauseAndWelcomedBack() {
    FakeNvml nvml = bench.nvml("count=2");
    NvmlGpus gpus = impatient(nvml);
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(2);

    nvml.configured("count=2", "hang.nvmlDeviceGetPowerUsage.1=3600");
    assertThat(NvmlBench.samples(gpus).troubles())
        .extracting(GpuTrouble::pciBusId)
        .containsExactly("0000:2a:00.0");
    nvml.configured("count=2");
    assertThat(NvmlBench.samples(gpus).gpus()).as("within the pause").hasSize(1);
    bench.pass(Duration.ofSeconds(5));
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(2);
  }

  @Test
  void aDriverThatHangsAsAWholeIsReportedAndItsChildIsGone() {
    NvmlGpus gpus = impatient(bench.nvml("hang.nvmlDeviceGetCount_v2=3600"));

    Reading<GpuSamples> reading = gpus.sample();

    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(FailureReason.DRIVER_UNRESPONSIVE);
              assertThat(failed.message())
                  .matches("nvmlDeviceGetCount_v2 did not come back in \\d+ ms");
            });
    assertThat(FailureReason.DRIVER_UNRESPONSIVE.sentence()).isEqualTo("driver unresponsive");
    assertThat(gpus.sample()).as("within the pause").isEqualTo(reading);
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .allSatisfy(child -> assertThat(child.onExit()).succeedsWithin(FakeNvml.PATIENT));
  }

  /** A child that is frozen as a whole cannot say that it hangs. */
  @Test
  void aChildThatSaysNothingIsGivenUp() {
    NvmlSettings settings =
        new NvmlSettings(
            List.of(
                "/bin/sh",
                "-c",
                "printf '\\000\\000\\000\\020\\000coxswain nvml 2'; exec sleep 3600"),
            Map.of(),
            bench.nvml().settings(NvmlBench.SHORT).deadlines());

    assertThat(bench.gpus(settings).sample())
        .isEqualTo(
            new Reading.Failed<GpuSamples>(
                FailureReason.DRIVER_UNRESPONSIVE,
                "the child process of the driver did not answer in 4000 ms"));
  }

  @Test
  void theProductionDeadlineReportsAHungGpuWithinFiveSeconds() {
    Deadlines production = Deadlines.PRODUCTION;

    // The watch looks eight times within a deadline; then a new child has to start.
    assertThat(production.call().multipliedBy(9).dividedBy(8)).isLessThan(Duration.ofSeconds(4));
    assertThat(production.silence()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void slowIsNotHung() {
    FakeNvml nvml = bench.nvml("count=2", "hang.nvmlDeviceGetPowerUsage=0.7");
    GpuSamples samples = NvmlBench.samples(impatient(nvml));

    assertThat(samples.troubles()).isEmpty();
    assertThat(samples.took()).isGreaterThan(Duration.ofMillis(1400));
  }

  @Test
  void aReplacedDriverGetsAFreshChildAndSkewIsTold() {
    FakeNvml nvml = bench.nvml("count=1", "driver=570.124.06");
    bench.put("/sys/module/nvidia/version", "570.124.06\n");
    bench.put("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.124.06", "");
    bench.link(LIBRARY, "libnvidia-ml.so.570.124.06");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(skew(gpus)).isEmpty();
    List<Long> first = children();

    // The package is new, the module is not: programs that run go on, new ones find no GPU.
    bench.link(LIBRARY, "libnvidia-ml.so.580.82.07");
    assertThat(skew(gpus))
        .hasValue(
            "driver versions differ: kernel module 570.124.06, library in use 570.124.06, library"
                + " installed 580.82.07 (expected: one version; reload the module or reboot)");
    assertThat(children()).isEqualTo(first);

    nvml.configured("count=1", "driver=580.82.07");
    bench.put("/sys/module/nvidia/version", "580.82.07\n");
    assertThat(skew(gpus)).isEmpty();
    assertThat(children()).hasSize(1).doesNotContainAnyElementsOf(first);
  }

  @Test
  void aDriverThatIsLoadedAtLastEndsTheWaiting() {
    FakeNvml nvml = bench.nvml("fail.nvmlInit_v2=9");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(gpus.sample()).isInstanceOf(Reading.Failed.class);
    nvml.configured("count=1");
    assertThat(gpus.sample()).as("within the pause").isInstanceOf(Reading.Failed.class);

    bench.put("/sys/module/nvidia/version", "570.124.06\n");

    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(1);
  }

  @Test
  void versionSkewThatAppearsInMidRunIsTheDriversOwnWord() {
    FakeNvml nvml = bench.nvml("count=1");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(1);

    nvml.configured("count=1", "fail.nvmlDeviceGetCount_v2=18");

    assertThat(gpus.sample())
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(FailureReason.DRIVER_MISMATCH));
  }

  @ParameterizedTest
  @CsvSource({
    "nvmlDeviceGetMemoryInfo_v2, MEMORY_USED_BYTES",
    "nvmlDeviceGetPowerUsage, POWER_MILLIWATTS",
    "nvmlDeviceGetSramEccErrorStatus, SRAM_UNCORRECTED",
    "nvmlDeviceGetFieldValues, RECOVERY_ACTION"
  })
  void aDriverThatWritesTooMuchSpoilsNoMemoryAndIsNamed(String function, GpuMetric metric) {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=2", "overrun." + function + "=64"));

    GpuSample gpu = NvmlBench.sample(gpus, 1);

    assertThat(gpu.reading(metric))
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed ->
                assertThat(failed.message())
                    .startsWith(function + " wrote more than it was given room for"));
    assertThat(gpu.reading(GpuMetric.TEMPERATURE_CELSIUS).known()).hasValue(34L);
  }

  @Test
  void anOlderFormOfAStructureIsTriedAndThenTheThingIsAbsent() {
    FakeNvml nvml = FakeNvml.ofBranch(595, directory);
    NvmlGpus gpus =
        bench.gpus(
            nvml.configured(
                "count=1",
                "form.nvmlDeviceGetMemoryInfo_v2=1",
                "form.nvmlDeviceGetTemperatureV=0",
                "form.nvmlDeviceGetGpuFabricInfoV=2",
                "form.nvmlDeviceGetSramEccErrorStatus=0",
                "form.nvmlDeviceGetGpuInstanceProfileInfoV=2"));

    GpuSample gpu = NvmlBench.sample(gpus, 0);

    assertThat(gpu.reading(GpuMetric.MEMORY_TOTAL_BYTES).known()).hasValue(143_771L << 20);
    assertThat(gpu.reading(GpuMetric.TEMPERATURE_CELSIUS).known()).hasValue(34L);
    assertThat(gpu.reading(GpuMetric.FABRIC_STATE).known()).hasValue(3L);
    assertThat(gpu.reading(GpuMetric.FABRIC_HEALTH_SUMMARY))
        .isInstanceOf(Reading.Unsupported.class);
    assertThat(gpu.reading(GpuMetric.SRAM_UNCORRECTED)).isInstanceOf(Reading.Unsupported.class);
    assertThat(details(gpus).migProfiles().known().orElseThrow())
        .extracting(GpuDetails.MigProfile::name)
        .contains("7g.151gb");
  }

  @ParameterizedTest
  @CsvSource({
    "24, nvmlDeviceGetRunningProcessDetailList",
    "32, nvmlDeviceGetRunningProcessDetailList",
    "24, none"
  })
  void processesAreReadWhateverTheirEntriesMeasure(int stride, String lacking) {
    NvmlGpus gpus =
        bench.gpus(
            bench.nvml(
                "count=1",
                "set.processes=3",
                "stride=" + stride,
                "fail." + lacking + "=3",
                "grow.nvmlDeviceGetComputeRunningProcesses_v3=0"));

    List<GpuDetails.GpuProcess> processes = details(gpus).processes().known().orElseThrow();

    assertThat(processes)
        .extracting(GpuDetails.GpuProcess::pid)
        .containsExactly(4000L, 4001L, 4002L);
    assertThat(processes)
        .extracting(process -> process.usedBytes().known().orElseThrow())
        .containsExactly(1L << 30, 2L << 30, 3L << 30);
    assertThat(processes)
        .allSatisfy(
            process -> {
              assertThat(process.use()).isEqualTo(GpuDetails.Use.COMPUTE);
              assertThat(process.gpuInstance()).isEqualTo(-1);
            });
  }

  @ParameterizedTest
  @CsvSource({"2, true", "9, false"})
  void processesThatComeWhileTheyAreCountedAreReadInTheNextTry(int growths, boolean settles) {
    NvmlGpus gpus =
        bench.gpus(
            bench.nvml(
                "count=1",
                "set.processes=1",
                "grow.nvmlDeviceGetRunningProcessDetailList=" + growths));

    Reading<List<GpuDetails.GpuProcess>> processes = details(gpus).processes();

    assertThat(processes.known().isPresent()).isEqualTo(settles);
    assertThat(processes).isNotInstanceOf(Reading.Unsupported.class);
  }

  @Test
  void theEndOfTheParentEndsAChildThatHangs() throws Exception {
    NvmlSettings settings = bench.nvml("hang.nvmlInit_v2=3600").settings(FakeNvml.PATIENT);
    ProcessBuilder builder =
        new ProcessBuilder(settings.commandLine()).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(settings.environment());
    Process child = builder.start();
    byte[] request = new Request(Request.Kind.SAMPLE, 0).encode();
    try (DataOutputStream out = new DataOutputStream(child.getOutputStream())) {
      out.writeInt(request.length);
      out.write(request);
    }

    assertThat(child.waitFor(FakeNvml.PATIENT)).isTrue();
    assertThat(child.exitValue()).isZero();
  }

  private NvmlGpus impatient(FakeNvml nvml) {
    return bench.gpus(nvml.settings(NvmlBench.SHORT));
  }

  private static Optional<String> skew(NvmlGpus gpus) {
    return NvmlBench.inventory(gpus).driver().known().orElseThrow().skew();
  }

  private static GpuDetails details(NvmlGpus gpus) {
    return NvmlBench.inventory(gpus).gpus().getFirst().details().known().orElseThrow();
  }

  private static List<Long> children() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .map(ProcessHandle::pid)
        .sorted()
        .toList();
  }
}

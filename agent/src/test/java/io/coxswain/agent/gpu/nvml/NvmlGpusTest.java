package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.gpu.GpusContract;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuDriver;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuText;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inventories: the binding and the real child process against the C fake of the library. */
final class NvmlGpusTest extends GpusContract {
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

  @Override
  protected Gpus eightH200() {
    return bench.gpus(bench.nvml("profile=h200", "count=8"));
  }

  @Override
  protected Gpus eightH200WithNumber3Lost() {
    return bench.gpus(bench.nvml("lost=3"));
  }

  @Override
  protected Gpus noLibrary() {
    // A machine with a real driver has the library; what is tested here cannot be seen there.
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")));
    return bench.gpus(NvmlSettings.ofThisRuntime());
  }

  @ParameterizedTest
  @CsvSource({
    "h200, NVIDIA H200, H200, 143771, hopper 9.0 18",
    "h100, NVIDIA H100 80GB HBM3, H100, 81559, hopper 9.0 18",
    "a100, NVIDIA A100-SXM4-80GB, A100, 81920, ampere 8.0 12",
    "b200, NVIDIA B200, B200, 183359, blackwell 10.0 18",
    "l40s, NVIDIA L40S, L40S, 46068, ada 8.9 0",
  })
  void everyProfileIsRead(String profile, String name, String model, long mebibytes, String chip) {
    NvmlGpus gpus = bench.gpus(bench.nvml("profile=" + profile, "count=2", "driver=575.1"));

    GpuInventory inventory = NvmlBench.inventory(gpus);

    assertThat(inventory.driverVersion()).isEqualTo("575.1");
    assertThat(inventory.troubles()).isEmpty();
    Gpu second = inventory.gpus().getLast();
    assertThat(second.uuid()).matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(second)
        .isEqualTo(
            new Gpu(
                1,
                1,
                second.uuid(),
                name,
                model,
                "0000:2a:00.0",
                mebibytes << 20,
                second.details()));
    GpuDetails details = second.details().known().orElseThrow();
    assertThat(
            details.reading(GpuText.ARCHITECTURE).known().orElseThrow()
                + " "
                + details.reading(GpuText.COMPUTE_CAPABILITY).known().orElseThrow()
                + " "
                + details.links().known().orElseThrow().size())
        .isEqualTo(chip);
  }

  @Test
  void whatIsReadOfAMachineIsAllThereIs() {
    GpuInventory inventory =
        NvmlBench.inventory(bench.gpus(bench.nvml("driver=570.86.15", "excluded=0000:19:00.0")));

    GpuDriver driver = inventory.driver().known().orElseThrow();
    assertThat(driver.loadedLibrary().known()).hasValue("570.86.15");
    assertThat(driver.nvml().known()).hasValue("12.570.86.15");
    assertThat(driver.cuda().known()).hasValue("12.8");
    assertThat(driver.excluded().known()).hasValue(List.of("0000:19:00.0"));
    GpuDetails last = inventory.gpus().getLast().details().known().orElseThrow();
    assertThat(last.texts()).containsOnlyKeys(GpuText.values());
    assertThat(last.reading(GpuText.CPUS).known()).hasValue("56-111,168-223");
    assertThat(last.reading(GpuText.MEMORY_NODES).known()).hasValue("1");
    assertThat(last.reading(GpuText.PCI_DEVICE).known()).hasValue("10de:2335");
    assertThat(last.reading(GpuText.PCI_SUBSYSTEM).known()).hasValue("10de:1658");
    assertThat(last.reading(GpuText.GSP_FIRMWARE_VERSION).known()).hasValue("570.86.15");
    assertThat(last.reading(GpuText.CHASSIS_SERIAL)).isInstanceOf(Reading.Unsupported.class);
    assertThat(last.metrics().keySet()).allMatch(metric -> !metric.isSampled()).hasSize(23);
    assertThat(last.reading(GpuMetric.POWER_LIMIT_MIN_MILLIWATTS).known()).hasValue(200_000L);
    assertThat(last.reading(GpuMetric.LINK_COUNT).known()).hasValue(18L);
    List<GpuDetails.Peer> peers = last.peers().known().orElseThrow();
    assertThat(peers).extracting(GpuDetails.Peer::index).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(peers.getFirst().ancestor().known()).hasValue(50L);
    assertThat(peers.getLast().ancestor().known()).hasValue(40L);
    assertThat(peers.getLast().hasNvlinkAccess().known()).hasValue(true);
    List<GpuDetails.LinkEnd> links = last.links().known().orElseThrow();
    assertThat(links).hasSize(18);
    assertThat(links.getLast().remoteType().known()).hasValue(2L);
    assertThat(links.getLast().remotePciBusId().known()).hasValue("0000:85:00.0");
    assertThat(last.migProfiles().known().orElseThrow())
        .extracting(GpuDetails.MigProfile::name)
        .containsExactly("1g.19gb", "2g.38gb", "3g.75gb", "4g.75gb", "7g.151gb");
    assertThat(last.migDevices().known()).hasValue(List.of());
    assertThat(last.processes().known()).hasValue(List.of());
  }

  @Test
  void aRackOfTraysSaysWhereEachGpuIs() {
    GpuDetails gpu =
        NvmlBench.inventory(bench.gpus(bench.nvml("profile=b200", "count=1")))
            .gpus()
            .getFirst()
            .details()
            .known()
            .orElseThrow();

    assertThat(gpu.reading(GpuText.CHASSIS_SERIAL).known()).hasValue("1821224270000");
    assertThat(gpu.reading(GpuMetric.CHASSIS_SLOT).known()).hasValue(3L);
    assertThat(gpu.reading(GpuMetric.TRAY_INDEX).known()).hasValue(1L);
  }

  @Test
  void aCountThatShrinksIsSeenByTheNextQuestion() {
    FakeNvml nvml = bench.nvml("count=8");
    NvmlGpus gpus = bench.gpus(nvml);
    List<String> before = NvmlBench.inventory(gpus).gpus().stream().map(Gpu::uuid).toList();

    nvml.configured("count=7");

    assertThat(NvmlBench.samples(gpus).gpus())
        .extracting(gpu -> gpu.uuid())
        .isEqualTo(before.subList(0, 7));
    assertThat(NvmlBench.inventory(gpus).gpus())
        .extracting(Gpu::uuid)
        .isEqualTo(before.subList(0, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "fail.nvmlInit_v2=9, DRIVER_NOT_LOADED, nvmlInit_v2 gave 9 (Driver Not Loaded)",
    "fail.nvmlInit_v2=18, DRIVER_MISMATCH, nvmlInit_v2 gave 18 (Driver/library version mismatch)",
    "fail.nvmlDeviceGetCount_v2=999, DRIVER_ERROR, nvmlDeviceGetCount_v2 gave 999 (Unknown Error)",
  })
  void aDriverThatRefusesIsAFailureWithItsOwnWords(
      String line, FailureReason reason, String message) {
    NvmlGpus gpus = bench.gpus(bench.nvml(line));

    assertThat(gpus.inventory()).isEqualTo(new Reading.Failed<GpuInventory>(reason, message));
    assertThat(gpus.sample()).isEqualTo(new Reading.Failed<>(reason, message));
  }

  @Test
  void theFakeNeverMakesGpusUpWithoutItsConfiguration() {
    assertThat(bench.gpus(FakeNvml.build(directory)).inventory())
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(FailureReason.DRIVER_NOT_LOADED));
  }

  @Test
  void aLibraryOfNoBytesIsUnusableAndNotAbsent() throws Exception {
    assertThat(bench.gpus(FakeNvml.empty(directory)).inventory())
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(FailureReason.LIBRARY_UNUSABLE);
              assertThat(failed.message()).contains("file too short");
            });
  }

  @Test
  void aFunctionThatTheDriverLacksIsNamedAndEndsNothing() {
    FakeNvml nvml =
        FakeNvml.build(directory, "-DnvmlDeviceGetMinorNumber=renamed").configured("count=1");

    GpuInventory inventory = NvmlBench.inventory(bench.gpus(nvml));

    assertThat(inventory.gpus()).isEmpty();
    assertThat(inventory.troubles())
        .extracting(GpuTrouble::line)
        .containsExactly(
            "GPU 0 (0000:18:00.0): nvmlDeviceGetMinorNumber is missing in this driver's library");
  }

  @Test
  void aChildThatCannotStartOrEndsAtOnceIsAFailureOfTheProbe() {
    Deadlines patient = FakeNvml.build(directory).settings(NvmlBench.SHORT).deadlines();
    for (List<String> argv :
        List.of(List.of("/nowhere/java"), List.of("/bin/false"), List.of("/bin/echo", "what"))) {
      assertThat(bench.gpus(new NvmlSettings(argv, Map.of(), patient)).inventory())
          .isInstanceOfSatisfying(
              Reading.Failed.class,
              failed -> assertThat(failed.reason()).isEqualTo(FailureReason.PROBE_ENDED));
    }
  }

  @Test
  void aChildThatDiedIsReplacedAfterAPause() {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=2"));
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(2);

    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);

    assertThat(gpus.sample()).isInstanceOf(Reading.Failed.class);
    assertThat(gpus.sample()).as("within the pause").isInstanceOf(Reading.Failed.class);
    bench.pass(Duration.ofSeconds(5));
    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {535, 550, 570, 580, 590, 595})
  void everyBranchIsReadWithWhatItHas(int branch) {
    NvmlGpus gpus = bench.gpus(FakeNvml.ofBranch(branch, directory).configured("count=1"));

    assertThat(NvmlBench.inventory(gpus).troubles()).isEmpty();
    // What was busy is the share between two rounds.
    NvmlBench.sample(gpus, 0);
    GpuSample gpu = NvmlBench.sample(gpus, 0);
    assertThat(gpu.metrics().values()).noneMatch(reading -> reading instanceof Reading.Failed);
    assertThat(gpu.reading(GpuMetric.TEMPERATURE_CELSIUS).known()).hasValue(34L);
    assertThat(isKnown(gpu, GpuMetric.FABRIC_STATE)).isEqualTo(branch >= 550);
    assertThat(isKnown(gpu, GpuMetric.RECOVERY_ACTION)).isEqualTo(branch >= 570);
    assertThat(isKnown(gpu, GpuMetric.TEMPERATURE_MARGIN_CELSIUS)).isEqualTo(branch >= 570);
    assertThat(isKnown(gpu, GpuMetric.FABRIC_HEALTH_SUMMARY)).isEqualTo(branch >= 580);
    assertThat(isKnown(gpu, GpuMetric.CHANNEL_REPAIR_PENDING)).isEqualTo(branch >= 580);
    assertThat(isKnown(gpu, GpuMetric.MEMORY_UNREPAIRABLE)).isEqualTo(branch >= 590);
  }

  private static boolean isKnown(GpuSample gpu, GpuMetric metric) {
    return gpu.reading(metric) instanceof Reading.Known;
  }
}

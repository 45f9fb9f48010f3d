package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.gpu.GpusContract;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binding and the real child process against the C fake of the driver's library. */
final class NvmlGpusTest extends GpusContract {
  private static final Duration SHORT = Duration.ofSeconds(3);

  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final InstantSource clock = now::get;

  @Override
  protected Gpus eightH200() {
    return gpus(FakeNvml.build(directory).configured("profile=h200", "count=8"));
  }

  @Override
  protected Gpus eightH200WithNumber3Lost() {
    return gpus(FakeNvml.build(directory).configured("lost=3"));
  }

  @Override
  protected Gpus noLibrary() {
    // A machine with a real driver has the library; what is tested here cannot be seen there.
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")));
    return new NvmlGpus(clock, NvmlSettings.ofThisRuntime());
  }

  @ParameterizedTest
  @CsvSource({
    "h200, NVIDIA H200, H200, 143771",
    "h100, NVIDIA H100 80GB HBM3, H100, 81559",
    "a100, NVIDIA A100-SXM4-80GB, A100, 81920",
    "b200, NVIDIA B200, B200, 183359",
    "l40s, NVIDIA L40S, L40S, 46068",
  })
  void everyFieldIsRead(String profile, String name, String model, long mebibytes) {
    FakeNvml nvml =
        FakeNvml.build(directory).configured("profile=" + profile, "count=2", "driver=575.1");

    GpuInventory inventory = known(gpus(nvml));

    assertThat(inventory.driverVersion()).isEqualTo("575.1");
    Gpu second = inventory.gpus().getLast();
    assertThat(second.uuid()).matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(second)
        .isEqualTo(new Gpu(1, 1, second.uuid(), name, model, "0000:2a:00.0", mebibytes << 20));
  }

  @Test
  void aCountThatShrinksIsSeenByTheNextInventory() {
    FakeNvml nvml = FakeNvml.build(directory).configured("count=8");
    NvmlGpus gpus = gpus(nvml);
    List<String> before = known(gpus).gpus().stream().map(Gpu::uuid).toList();

    nvml.configured("count=7");

    assertThat(known(gpus).gpus().stream().map(Gpu::uuid).toList()).isEqualTo(before.subList(0, 7));
  }

  @Test
  void aHangingCallIsReportedWithinItsDeadlineAndItsChildIsGone() {
    FakeNvml nvml = FakeNvml.build(directory).configured("hang.nvmlDeviceGetName.2=3600");
    NvmlGpus gpus = new NvmlGpus(clock, nvml.settings(SHORT));
    List<Long> before = children();

    Reading<GpuInventory> reading = gpus.inventory();

    assertThat(reading)
        .isEqualTo(
            new Reading.Failed<GpuInventory>(
                FailureReason.DRIVER_UNRESPONSIVE,
                "nvmlDeviceGetName of GPU 2 did not come back in 3000 ms"));
    assertThat(FailureReason.DRIVER_UNRESPONSIVE.sentence()).isEqualTo("driver unresponsive");
    assertThat(children()).isEqualTo(before);
  }

  @Test
  void afterAHangTheNextChildWaitsAndThenSeesTheDriverAnswer() {
    FakeNvml nvml = FakeNvml.build(directory).configured("hang.nvmlDeviceGetCount_v2=3600");
    NvmlGpus gpus = new NvmlGpus(clock, nvml.settings(SHORT));
    Reading<GpuInventory> failure = gpus.inventory();
    nvml.configured("count=8");

    assertThat(gpus.inventory()).as("within the pause").isSameAs(failure);
    now.updateAndGet(instant -> instant.plusSeconds(5));
    assertThat(known(gpus).gpus()).hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "fail.nvmlInit_v2=9, DRIVER_NOT_LOADED, nvmlInit_v2 gave 9 (Driver Not Loaded)",
    "fail.nvmlInit_v2=18, DRIVER_MISMATCH, nvmlInit_v2 gave 18 (Driver/library version mismatch)",
    "fail.nvmlDeviceGetCount_v2=999, DRIVER_ERROR, nvmlDeviceGetCount_v2 gave 999 (Unknown Error)",
  })
  void aDriverThatRefusesIsAFailureWithItsOwnWords(
      String line, FailureReason reason, String message) {
    FakeNvml nvml = FakeNvml.build(directory).configured(line);

    assertThat(gpus(nvml).inventory()).isEqualTo(new Reading.Failed<GpuInventory>(reason, message));
  }

  @Test
  void theFakeNeverMakesGpusUpWithoutItsConfiguration() {
    assertThat(gpus(FakeNvml.build(directory)).inventory())
        .isInstanceOfSatisfying(
            Reading.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(FailureReason.DRIVER_NOT_LOADED));
  }

  @Test
  void aLibraryOfNoBytesIsUnusableAndNotAbsent() throws Exception {
    assertThat(gpus(FakeNvml.empty(directory)).inventory())
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

    GpuInventory inventory = known(gpus(nvml));

    assertThat(inventory.gpus()).isEmpty();
    assertThat(inventory.troubles())
        .containsExactly("GPU 0: nvmlDeviceGetMinorNumber is missing in this driver's library");
  }

  @Test
  void aChildThatCannotStartOrEndsAtOnceIsAFailureOfTheProbe() {
    for (List<String> argv :
        List.of(List.of("/nowhere/java"), List.of("/bin/false"), List.of("/bin/echo", "what"))) {
      NvmlSettings.Deadlines patient = FakeNvml.build(directory).settings(SHORT).deadlines();

      assertThat(new NvmlGpus(clock, new NvmlSettings(argv, Map.of(), patient)).inventory())
          .isInstanceOfSatisfying(
              Reading.Failed.class,
              failed -> assertThat(failed.reason()).isEqualTo(FailureReason.PROBE_ENDED));
    }
  }

  @Test
  void theEndOfTheParentEndsAChildThatHangs() throws Exception {
    FakeNvml nvml = FakeNvml.build(directory).configured("hang.nvmlInit_v2=3600");
    NvmlSettings settings = nvml.settings(SHORT);
    ProcessBuilder builder =
        new ProcessBuilder(settings.argv()).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(settings.environment());
    Process child = builder.start();
    byte[] request = new NvmlRequest(NvmlCall.INIT, -1).encode();
    try (var out = new java.io.DataOutputStream(child.getOutputStream())) {
      out.writeInt(request.length);
      out.write(request);
    }

    assertThat(child.waitFor(FakeNvml.PATIENT)).isTrue();
    assertThat(child.exitValue()).isZero();
  }

  private NvmlGpus gpus(FakeNvml nvml) {
    return new NvmlGpus(clock, nvml.settings(FakeNvml.PATIENT));
  }

  private static List<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).sorted().toList();
  }
}

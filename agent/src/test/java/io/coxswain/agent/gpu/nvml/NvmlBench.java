package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** GPUs over a real child and the C fake, with files in memory and a clock moved by hand. */
final class NvmlBench implements AutoCloseable {
  static final Duration SHORT = Duration.ofSeconds(2);

  private final Path directory;
  private final FakeHost host = new FakeHost("gpu01");
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final List<NvmlGpus> open = new ArrayList<>();

  NvmlBench(Path directory) {
    this.directory = directory;
  }

  FakeNvml nvml(String... lines) {
    return FakeNvml.build(directory).configured(lines);
  }

  NvmlGpus gpus(FakeNvml nvml) {
    return gpus(nvml.settings(FakeNvml.PATIENT));
  }

  NvmlGpus gpus(NvmlSettings settings) {
    NvmlGpus gpus = new NvmlGpus(now::get, host.files(), settings);
    open.add(gpus);
    return gpus;
  }

  void put(String path, String text) {
    directoryOf(path);
    host.files().put(path, text);
  }

  void link(String path, String target) {
    directoryOf(path);
    host.files().link(path, target);
  }

  private void directoryOf(String path) {
    host.files()
        .createDirectory(
            path.substring(0, path.lastIndexOf('/')), new Access(0755, "root", "root"));
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  static GpuInventory inventory(Gpus gpus) {
    return known(gpus.inventory());
  }

  static GpuSamples samples(Gpus gpus) {
    return known(gpus.sample());
  }

  static GpuSample sample(Gpus gpus, int index) {
    return samples(gpus).gpus().stream()
        .filter(gpu -> gpu.index() == index)
        .findFirst()
        .orElseThrow();
  }

  private static <T> T known(Reading<T> reading) {
    return reading.known().orElseThrow(() -> new AssertionError(reading));
  }

  @Override
  public void close() {
    open.forEach(NvmlGpus::close);
  }
}

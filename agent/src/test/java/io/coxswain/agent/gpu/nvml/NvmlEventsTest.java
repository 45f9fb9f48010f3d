package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.GpuEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver raises by itself, pushed by the child. */
final class NvmlEventsTest {
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

  @Test
  void anXidArrivesOnceWithItsGpuAndNumber() {
    FakeNvml nvml = bench.nvml("count=4");
    NvmlGpus gpus = bench.gpus(nvml);
    assertThat(NvmlBench.samples(gpus).events()).isEmpty();

    nvml.configured("count=4", "event.1=3,0x8,79", "event.2=0,0x8,48");

    List<GpuEvent> events = await(gpus, 2);
    assertThat(events).extracting(GpuEvent::name).containsExactly("xid 79", "xid 48");
    assertThat(events)
        .extracting(GpuEvent::pciBusId)
        .containsExactly("0000:5d:00.0", "0000:18:00.0");
    assertThat(events).extracting(GpuEvent::number).containsExactly(1L, 2L);
    assertThat(events).extracting(GpuEvent::gpuInstance).containsOnly(-1);
    assertThat(NvmlBench.samples(gpus).events()).isEqualTo(events);
  }

  @Test
  void aChangedRecoveryActionIsAnEventWhileEccIsStill() {
    FakeNvml nvml = bench.nvml("count=2");
    NvmlGpus gpus = bench.gpus(nvml);
    NvmlBench.samples(gpus);

    nvml.configured("count=2", "set.recovery.1=2");

    assertThat(await(gpus, 1).getFirst())
        .satisfies(
            event -> {
              assertThat(event.type()).isEqualTo(GpuEvent.RECOVERY_ACTION);
              assertThat(event.detail()).isEqualTo(2);
              assertThat(event.pciBusId()).isEqualTo("0000:2a:00.0");
            });
  }

  @Test
  void numbersGoOnOverTheLivesOfChildren() {
    FakeNvml nvml = bench.nvml("count=1", "event.1=0,0x8,13");
    NvmlGpus gpus = bench.gpus(nvml);
    await(gpus, 1);

    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    assertThat(gpus.sample().known()).isEmpty();
    bench.pass(Duration.ofSeconds(5));

    assertThat(await(gpus, 2)).extracting(GpuEvent::number).containsExactly(1L, 2L);
  }

  @Test
  void aDriverWithoutEventsIsSampledAllTheSame() {
    NvmlGpus gpus = bench.gpus(bench.nvml("count=1", "fail.nvmlEventSetCreate=3"));

    assertThat(NvmlBench.samples(gpus).gpus()).hasSize(1);
    assertThat(NvmlBench.samples(gpus).events()).isEmpty();
  }

  /** Rounds until so many came; each round is an answer of the child, so this does not spin. */
  private static List<GpuEvent> await(NvmlGpus gpus, int count) {
    long end = System.nanoTime() + FakeNvml.PATIENT.toNanos();
    List<GpuEvent> events = NvmlBench.samples(gpus).events();
    while (events.size() < count && System.nanoTime() < end) {
      events = NvmlBench.samples(gpus).events();
    }
    assertThat(events).hasSize(count);
    return events;
  }
}

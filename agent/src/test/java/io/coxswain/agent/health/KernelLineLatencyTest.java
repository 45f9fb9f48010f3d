package io.coxswain.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.report.Judgement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a line of the kernel's log, through a FIFO and the thread that reads it, to the file with
 * the verdict on a real disk. Prints what it took.
 */
class KernelLineLatencyTest {
  private static final int LINES = 200;
  // Generous: the figure is printed, the limit only says that no line waits for a timer.
  private static final long MOST_MILLIS = 1_000;

  private final Host real = new LinuxHost();
  private final FakeHost host = new FakeHost("gpu01");
  private final BlockingQueue<Judgement> written = new LinkedBlockingQueue<>();

  @TempDir Path directory;

  @Test
  void noLineWaitsForATimer() throws Exception {
    Path fifo = directory.resolve("kernel-log");
    real.commands().run(Command.of(Duration.ofSeconds(10), "mkfifo", fifo.toString()));
    host.files().createDirectory("/etc/coxswain", new Access(0755, "root", "root"));
    host.files().put(SitePolicy.FILE, "kernel-log: " + fifo + "\n");
    HealthWatch watch =
        new HealthWatch(host, this::write, () -> {}, path -> new DiskSpace(1L << 40, 1L << 39));
    watch.measured(new Machine().hardware(host.clock().instant()));
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(watch));
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      micros.add(micros(fifo, "%02x".formatted(i)));
    }
    reader.interrupt();
    reader.join();
    Collections.sort(micros);
    System.out.printf(
        "kernel line to verdict file: median %.2f ms, 99th percentile %.2f ms, of %d%n",
        micros.get(LINES / 2) / 1000.0, micros.get(LINES * 99 / 100) / 1000.0, LINES);
    assertThat(micros.get(LINES / 2) / 1000).isLessThan(MOST_MILLIS);
  }

  private long micros(Path fifo, String bus) throws IOException, InterruptedException {
    String line = "3,1,1,-;NVRM: Xid (PCI:0000:" + bus + ":00): 79, GPU has fallen off the bus.\n";
    long start = System.nanoTime();
    java.nio.file.Files.writeString(fifo, line, StandardOpenOption.WRITE);
    for (Judgement told = poll(); ; told = poll()) {
      boolean isThere =
          told.verdicts().stream().anyMatch(v -> v.subject().equals("0000:" + bus + ":00.0"));
      if (isThere) {
        return (System.nanoTime() - start) / 1000;
      }
    }
  }

  private Judgement poll() throws InterruptedException {
    Judgement told = written.poll(10, TimeUnit.SECONDS);
    assertThat(told).as("a judgement within 10 s").isNotNull();
    return told;
  }

  private void read(HealthWatch watch) {
    try {
      new KernelLogReader(real, watch).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Judgement judgement) {
    Files files = real.files();
    files.write(
        directory.resolve("health.json").toString(),
        judgement.toString().getBytes(StandardCharsets.UTF_8),
        new Access(0644, "root", "root"));
    written.add(judgement);
  }
}

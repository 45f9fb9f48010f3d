package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.KernelLog.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's log, its form and what stands in for it. */
class KernelLogTest {
  private final Files files = new LinuxHost().files();

  @TempDir Path directory;

  @Test
  void aRecordIsNumberTimeAndText() {
    assertThat(KernelLog.parse("6,339,5140900,-;NVRM: loading", 1))
        .isEqualTo(new Entry(339, Optional.of(Duration.ofNanos(5_140_900_000L)), "NVRM: loading"));
    assertThat(KernelLog.parse("3,40,7,c,caller=T1;a;b", 1).text()).isEqualTo("a;b");
  }

  @Test
  void whatTheKernelEscapedIsText() {
    assertThat(KernelLog.parse("3,1,1,-;first\\x0asecond \\x5c \\xc3", 1).text())
        .isEqualTo("first\nsecond \\ \u00c3");
  }

  @Test
  void aLineOfAnotherFormIsAllText() {
    assertThat(KernelLog.parse("NVRM: Xid (PCI:0000:01:00): 79, x", 5))
        .isEqualTo(new Entry(5, Optional.empty(), "NVRM: Xid (PCI:0000:01:00): 79, x"));
    assertThat(KernelLog.parse("", 5).text()).isEmpty();
  }

  @Test
  void aFilesLinesAreNumberedByTheirPlaceAndFollowed() throws Exception {
    Path file = directory.resolve("log");
    java.nio.file.Files.writeString(file, "one\n6,900,1,-;two\nthr");
    try (KernelLog log = KernelLog.open(files, file.toString(), 40)) {
      assertThat(log.next()).isEqualTo(new Entry(1, Optional.empty(), "one"));
      assertThat(log.next()).isEqualTo(new Entry(2, Optional.empty(), "two"));
      java.nio.file.Files.writeString(file, "ee\n", StandardOpenOption.APPEND);
      assertThat(log.next()).isEqualTo(new Entry(3, Optional.empty(), "three"));
    }
  }

  @Test
  void aFifosLinesAreCountedOn() throws Exception {
    Path fifo = fifo();
    try (KernelLog log = KernelLog.open(files, fifo.toString(), 40)) {
      feed(fifo, "one\ntwo\n");
      assertThat(log.next()).isEqualTo(new Entry(41, Optional.empty(), "one"));
      assertThat(log.next().sequence()).isEqualTo(42);
      // Its last writer has gone.
      feed(fifo, "three\n");
      assertThat(log.next()).isEqualTo(new Entry(43, Optional.empty(), "three"));
    }
  }

  @Test
  void aLineBeyondAllMeasureIsCutAndLosesNoOther() throws Exception {
    Path file = directory.resolve("log");
    java.nio.file.Files.writeString(file, "x".repeat(100_000) + "\nnext\n");
    try (KernelLog log = KernelLog.open(files, file.toString(), -1)) {
      assertThat(log.next().text()).hasSize(8192);
      assertThat(log.next().text()).isEqualTo("next");
    }
  }

  @Test
  void aReaderThatWaitsEndsWhenInterrupted() throws Exception {
    Path fifo = fifo();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (KernelLog log = KernelLog.open(files, fifo.toString(), 0)) {
                    log.next();
                  } catch (InterruptedException | RuntimeException e) {
                    end.complete(e);
                  }
                });
    reader.interrupt();
    assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    reader.join();
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> KernelLog.open(files, directory.resolve("none").toString(), 0))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("none: does not exist");
  }

  private Path fifo() {
    Path fifo = directory.resolve("fifo");
    new LinuxHost()
        .commands()
        .run(Commands.Command.of(Duration.ofSeconds(10), "mkfifo", fifo.toString()));
    return fifo;
  }

  private static void feed(Path fifo, String text) throws IOException {
    java.nio.file.Files.writeString(fifo, text, StandardOpenOption.WRITE);
  }
}

package io.coxswain.agent.health;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.KernelLog;
import java.time.Duration;

/**
 * Feeds the kernel's log to the watch for as long as the thread that runs it is not interrupted.
 */
public final class KernelLogReader {
  private final Host host;
  private final HealthWatch watch;

  public KernelLogReader(Host host, HealthWatch watch) {
    this.host = host;
    this.watch = watch;
  }

  /** Reads until the log ends or cannot be read; says how long to wait before it is tried again. */
  public Duration run() throws InterruptedException {
    String path = watch.kernelLogPath();
    try (KernelLog kernel = KernelLog.open(host.files(), path, watch.lastRecord())) {
      watch.kernelLogOpened();
      while (true) {
        watch.record(kernel.next());
      }
    } catch (HostException e) {
      watch.kernelLogUnreadable(String.valueOf(e.getMessage()));
      return Duration.ofSeconds(10);
    }
  }
}

package io.coxswain.agent.health;

import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.KernelLog;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine in memory under watch: its kernel writes, it is measured, its agent restarts. */
final class Patient {
  final FakeHost host = new FakeHost("gpu01");
  final List<Judgement> published = new ArrayList<>();
  int urgent;
  HealthWatch watch;
  private long sequence;

  Patient() {
    host.files().createDirectory("/proc/self", new Access(0555, "root", "root"));
    host.files().put("/proc/uptime", "1000.00 8000.00\n");
    host.files()
        .put("/proc/self/mountinfo", "30 1 259:2 / / rw,relatime - ext4 /dev/nvme0n1p2 rw\n");
    watch = start();
  }

  private HealthWatch start() {
    return new HealthWatch(
        host, published::add, () -> urgent++, path -> new DiskSpace(1L << 40, 1L << 39));
  }

  /** The agent ends, however, and another one starts. */
  void restart() {
    watch = start();
  }

  void reboot() {
    host.reboot();
    sequence = 0;
    watch = start();
  }

  /** The kernel writes a line, now. */
  void kernel(String line) {
    watch.record(new KernelLog.Entry(sequence++, Optional.empty(), line));
  }

  /** Some time passes, with a measurement of a machine that is well every ten seconds. */
  void pass(Duration duration, Machine machine) {
    for (Duration left = duration; left.isPositive(); left = left.minusSeconds(10)) {
      host.clock().advance(Duration.ofSeconds(10));
      watch.measured(machine.hardware(host.clock().instant()));
    }
  }

  void measure(Machine machine) {
    watch.measured(machine.hardware(host.clock().instant()));
  }

  List<Verdict> verdicts() {
    return watch.judgement().verdicts();
  }

  /** The only verdict of the check. */
  Verdict verdict(String check) {
    List<Verdict> found = verdicts().stream().filter(v -> v.check().equals(check)).toList();
    if (found.size() != 1) {
      throw new AssertionError(check + ": " + found.size() + " verdicts in " + verdicts());
    }
    return found.getFirst();
  }

  boolean has(String check) {
    return verdicts().stream().anyMatch(v -> v.check().equals(check));
  }
}

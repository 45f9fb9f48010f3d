package io.coxswain.agent.health;

import io.coxswain.agent.health.Checks.Look;
import io.coxswain.agent.health.Finding.Findings;
import io.coxswain.agent.health.Surroundings.Clock;
import io.coxswain.agent.health.Surroundings.FileSystem;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What jobs need beside GPUs. */
final class HostChecks {
  private static final double GIBIBYTE = 1L << 30;

  private HostChecks() {}

  static void addTo(Map<String, Look> checks) {
    checks.put("disk-full", (facts, row, policy) -> disks(facts, disk -> space(disk, row)));
    checks.put("disk-low", (facts, row, policy) -> disks(facts, disk -> space(disk, row)));
    checks.put("disk-read-only", (facts, row, policy) -> disks(facts, HostChecks::writable));
    checks.put("clock-unsynchronized", (facts, row, policy) -> clock(facts, row));
    checks.put("clock-skew", (facts, row, policy) -> clock(facts, row));
    checks.put("memory-size", HostChecks::memory);
  }

  private static Findings disks(Facts facts, Function<FileSystem, Finding> check) {
    return switch (facts.surroundings().fileSystems()) {
      case Reading.Known<List<FileSystem>>(List<FileSystem> all, var _) -> {
        List<Finding> findings = new ArrayList<>();
        all.forEach(disk -> findings.add(check.apply(disk)));
        yield Findings.of(findings);
      }
      case Reading.Unsupported<List<FileSystem>> _ -> Findings.NOTHING;
      case Reading.Failed<List<FileSystem>>(FailureReason why, String text) ->
          Findings.unreadable(why.sentence() + ": " + text);
    };
  }

  // Both numbers must be undercut: two per cent of a large disk are still much.
  private static Finding space(FileSystem disk, CheckRow row) {
    double percent = disk.sizeBytes() == 0 ? 100 : 100.0 * disk.freeBytes() / disk.sizeBytes();
    double gibibytes = disk.freeBytes() / GIBIBYTE;
    return Finding.of(
        disk.point(),
        percent < row.threshold("free-percent") && gibibytes < row.threshold("free-gib"),
        "%s GiB free (%s %%)".formatted(Text.number(gibibytes), Text.number(percent)),
        "%s GiB or %s %%"
            .formatted(
                Text.number(row.threshold("free-gib")),
                Text.number(row.threshold("free-percent"))));
  }

  private static Finding writable(FileSystem disk) {
    return Finding.of(disk.point(), disk.isReadOnly(), "mounted read-only", "writable");
  }

  private static Findings clock(Facts facts, CheckRow row) {
    return switch (facts.surroundings().clock()) {
      case Reading.Known<Clock>(Clock clock, var _) -> {
        boolean isSkew = row.check().equals("clock-skew");
        double most = isSkew ? row.threshold("seconds") : 0;
        yield Findings.of(
            isSkew
                ? Finding.of(
                    "",
                    Math.abs(clock.offsetSeconds()) > most,
                    "the clock is off by " + Text.number(clock.offsetSeconds()) + " s",
                    "at most " + Text.number(most) + " s")
                : Finding.of(
                    "", !clock.isSynchronized(), "the clock has no time source", "synchronized"));
      }
      case Reading.Unsupported<Clock> _ -> Findings.NOTHING;
      case Reading.Failed<Clock>(FailureReason why, String text) ->
          Findings.unreadable(why.sentence() + ": " + text);
    };
  }

  private static Findings memory(Facts facts, CheckRow row, Policy policy) {
    return switch (facts.hardware().memoryBytes()) {
      case Reading.Known<Long>(Long bytes, var _) -> {
        long expected = policy.expect().memoryBytes().orElse(facts.baseline().memoryBytes());
        yield Findings.of(
            Finding.of(
                "",
                bytes < expected * row.threshold("least-percent") / 100,
                Text.number(bytes / GIBIBYTE) + " GiB of memory",
                Text.number(expected / GIBIBYTE) + " GiB"));
      }
      case Reading.Unsupported<Long> _ -> Findings.NOTHING;
      case Reading.Failed<Long>(FailureReason why, String text) ->
          Findings.unreadable(why.sentence() + ": " + text);
    };
  }
}

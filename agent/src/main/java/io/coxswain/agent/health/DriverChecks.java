package io.coxswain.agent.health;

import io.coxswain.agent.health.Checks.Look;
import io.coxswain.agent.health.Finding.Findings;
import io.coxswain.agent.report.DriverStack;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the driver answers, and for all GPUs. */
final class DriverChecks {
  // Those that a check of their own speaks of.
  private static final Set<FailureReason> NAMED =
      EnumSet.of(
          FailureReason.DRIVER_UNRESPONSIVE,
          FailureReason.TIMED_OUT,
          FailureReason.DRIVER_NOT_LOADED,
          FailureReason.DRIVER_MISMATCH,
          FailureReason.GPU_MISSING,
          FailureReason.GPU_LOST,
          FailureReason.GPU_NEEDS_RESET,
          FailureReason.GPU_FAULTY,
          FailureReason.NO_VALUE_YET);

  private DriverChecks() {}

  static void addTo(Map<String, Look> checks) {
    checks.put(
        "driver-unresponsive",
        (facts, row, policy) ->
            failed(facts, FailureReason.DRIVER_UNRESPONSIVE, FailureReason.TIMED_OUT));
    checks.put(
        "driver-not-loaded",
        (facts, row, policy) -> failed(facts, FailureReason.DRIVER_NOT_LOADED));
    checks.put("driver-absent", (facts, row, policy) -> absent(facts.hardware()));
    checks.put("driver-skew", (facts, row, policy) -> skew(facts));
    checks.put("driver-drift", (facts, row, policy) -> drift(facts.hardware().driver()));
    checks.put("driver-unreadable", (facts, row, policy) -> unreadable(facts));
    checks.put("driver-slow", (facts, row, policy) -> slow(facts, row));
    checks.put("gpu-missing", (facts, row, policy) -> troubles(facts, FailureReason.GPU_MISSING));
    checks.put("gpu-lost", (facts, row, policy) -> troubles(facts, FailureReason.GPU_LOST));
    checks.put(
        "gpu-needs-reset", (facts, row, policy) -> troubles(facts, FailureReason.GPU_NEEDS_RESET));
    checks.put("gpu-faulty", (facts, row, policy) -> troubles(facts, FailureReason.GPU_FAULTY));
    checks.put("gpu-count", (facts, row, policy) -> count(facts, policy));
  }

  /** What either question to the driver came to, when it came to nothing. */
  private static List<Reading.Failed<?>> failures(Hardware hardware) {
    List<Reading.Failed<?>> failures = new ArrayList<>();
    if (hardware.gpus() instanceof Reading.Failed<GpuInventory> failed) {
      failures.add(failed);
    }
    if (hardware.gpuSamples() instanceof Reading.Failed<GpuSamples> failed) {
      failures.add(failed);
    }
    return failures;
  }

  /** GPUs that did not answer, each once. */
  static List<GpuTrouble> troubles(Hardware hardware) {
    List<GpuTrouble> all = new ArrayList<>();
    hardware.gpus().known().ifPresent(inventory -> all.addAll(inventory.troubles()));
    hardware.gpuSamples().known().ifPresent(samples -> all.addAll(samples.troubles()));
    return all;
  }

  private static Findings failed(Facts facts, FailureReason... reasons) {
    Set<FailureReason> wanted = EnumSet.of(reasons[0], reasons);
    List<Finding> findings = new ArrayList<>();
    for (Reading.Failed<?> failure : failures(facts.hardware())) {
      if (wanted.contains(failure.reason())) {
        findings.add(
            Finding.bad(
                "", failure.reason().sentence() + ": " + failure.message(), "the driver answers"));
      }
    }
    findings.addAll(troubles(facts, reasons).list());
    return Findings.of(findings.stream().distinct().toList());
  }

  private static Findings troubles(Facts facts, FailureReason... reasons) {
    Set<FailureReason> wanted = EnumSet.of(reasons[0], reasons);
    List<Finding> findings = new ArrayList<>();
    for (GpuTrouble trouble : troubles(facts.hardware())) {
      if (wanted.contains(trouble.reason())) {
        findings.add(
            Finding.bad(
                subject(trouble),
                trouble.reason().sentence() + ": " + trouble.message(),
                "the GPU answers"));
      }
    }
    // A driver that tells nothing has not told that its GPUs are well again.
    return new Findings(findings, !failures(facts.hardware()).isEmpty());
  }

  private static Findings unreadable(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (Reading.Failed<?> failure : failures(facts.hardware())) {
      if (!NAMED.contains(failure.reason())) {
        findings.add(
            Finding.unreadable("", failure.reason().sentence() + ": " + failure.message()));
      }
    }
    for (GpuTrouble trouble : troubles(facts.hardware())) {
      if (!NAMED.contains(trouble.reason())) {
        findings.add(
            Finding.unreadable(
                subject(trouble), trouble.reason().sentence() + ": " + trouble.message()));
      }
    }
    return Findings.of(findings);
  }

  private static String subject(GpuTrouble trouble) {
    return trouble.pciBusId().isEmpty() && trouble.index() >= 0
        ? "gpu " + trouble.index()
        : trouble.pciBusId();
  }

  private static Findings absent(Hardware hardware) {
    int cards = hardware.pciGpus().known().map(List::size).orElse(0);
    boolean isBad = cards > 0 && hardware.gpus() instanceof Reading.Unsupported<GpuInventory>;
    return Findings.of(
        Finding.of("", isBad, cards + " GPUs on the PCI bus and no driver", "a driver"));
  }

  private static Findings skew(Facts facts) {
    Findings mismatch = failed(facts, FailureReason.DRIVER_MISMATCH);
    if (!mismatch.list().isEmpty()) {
      return mismatch;
    }
    Optional<String> skew =
        facts
            .hardware()
            .gpus()
            .known()
            .flatMap(inventory -> inventory.driver().known())
            .flatMap(driver -> driver.skew());
    return Findings.of(skew.map(text -> Finding.bad("", text, "one version")));
  }

  // Each line is "NAME: what is (expected: what should be)".
  private static Findings drift(Reading<DriverStack> reading) {
    return switch (reading) {
      case Reading.Known<DriverStack>(DriverStack stack, var _) -> {
        List<Finding> findings = new ArrayList<>();
        for (String line : stack.bundle().drift()) {
          String name = line.replaceFirst(": .*", "");
          findings.add(Finding.bad(name, line, "as " + stack.bundle().name() + " left it"));
        }
        yield Findings.of(findings);
      }
      case Reading.Unsupported<DriverStack> _ -> Findings.NOTHING;
      case Reading.Failed<DriverStack>(FailureReason why, String text) ->
          Findings.unreadable(why.sentence() + ": " + text);
    };
  }

  private static Findings slow(Facts facts, CheckRow row) {
    Optional<GpuSamples> samples = facts.hardware().gpuSamples().known();
    if (samples.isEmpty()) {
      return Findings.NOTHING;
    }
    Duration took = samples.get().took();
    double most = row.threshold("seconds");
    return Findings.of(
        Finding.of(
            "",
            took.toMillis() > most * 1000,
            "asking the GPUs took " + took.toMillis() + " ms",
            "at most " + Text.number(most) + " s"));
  }

  private static Findings count(Facts facts, Policy policy) {
    Reading<List<PciGpu>> reading = facts.hardware().pciGpus();
    if (reading instanceof Reading.Failed<List<PciGpu>>(FailureReason reason, String message)) {
      return Findings.unreadable(reason.sentence() + ": " + message);
    }
    int seen = reading.known().map(List::size).orElse(0);
    int expected = policy.expect().gpus().orElse(facts.baseline().gpus());
    String why = policy.expect().gpus().isPresent() ? "by the site" : "as once seen here";
    return Findings.of(
        Finding.of("", seen < expected, seen + " GPUs on the PCI bus", expected + " GPUs, " + why));
  }
}

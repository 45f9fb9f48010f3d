package io.coxswain.agent.health;

import io.coxswain.agent.health.Checks.Look;
import io.coxswain.agent.health.Finding.Findings;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.RecoveryAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/** What single GPUs read of themselves. */
final class GpuChecks {
  private GpuChecks() {}

  static void addTo(Map<String, Look> checks) {
    checks.put("recovery-action", (facts, row, policy) -> recovery(facts));
    flag(checks, "row-remap-pending", GpuMetric.ROW_REMAP_PENDING, "a row remapping is pending");
    flag(checks, "row-remap-failed", GpuMetric.ROW_REMAP_FAILED, "a row remapping failed");
    above(checks, "rows-remapped", GpuMetric.ROWS_REMAPPED_UNCORRECTED, "rows", "rows remapped");
    flag(
        checks,
        "page-retirement-pending",
        GpuMetric.PAGE_RETIREMENT_PENDING,
        "a page retirement is pending");
    checks.put("pages-retired", (facts, row, policy) -> each(facts, gpu -> pages(gpu, row)));
    checks.put("ecc-uncorrected", (facts, row, policy) -> each(facts, GpuChecks::uncorrected));
    above(checks, "ecc-corrected", GpuMetric.ECC_CORRECTED, "errors", "corrected memory errors");
    above(
        checks,
        "sram-uncorrected",
        GpuMetric.SRAM_UNCORRECTED,
        "errors",
        "uncorrected SRAM errors");
    above(checks, "sram-corrected", GpuMetric.SRAM_CORRECTED, "errors", "corrected SRAM errors");
    checks.put("sram-worn", (facts, row, policy) -> each(facts, gpu -> sramWorn(gpu, row)));
    flag(checks, "memory-unrepairable", GpuMetric.MEMORY_UNREPAIRABLE, "memory beyond repair");
    flag(checks, "channel-repair-pending", GpuMetric.CHANNEL_REPAIR_PENDING, "a repair is pending");
    flag(checks, "tpc-repair-pending", GpuMetric.TPC_REPAIR_PENDING, "a repair is pending");
    checks.put("ecc-off", (facts, row, policy) -> off(facts, GpuMetric.ECC_ON, "ECC is off"));
    checks.put(
        "persistence-off",
        (facts, row, policy) -> off(facts, GpuMetric.PERSISTENCE_ON, "persistence mode is off"));
    checks.put("gpu-hot", (facts, row, policy) -> each(facts, gpu -> hot(facts, gpu, row)));
    above(
        checks, "gpu-memory-hot", GpuMetric.MEMORY_TEMPERATURE_CELSIUS, "celsius", "°C in memory");
    checks.put("hw-slowdown", (facts, row, policy) -> slowed(facts, row));
    checks.put("pcie-width", (facts, row, policy) -> width(facts, policy));
    checks.put("pcie-generation", (facts, row, policy) -> generation(facts));
    checks.put("pcie-fatal", (facts, row, policy) -> pcieFatal(facts, row));
    checks.put("pcie-replays", (facts, row, policy) -> replays(facts, row));
  }

  /**
   * The check made of every GPU that was sampled. Without a round nothing is said here: why there
   * is none is the driver's checks' to say; what was known of the GPUs stays.
   */
  static Findings each(Facts facts, Function<GpuSample, Finding> check) {
    Optional<GpuSamples> samples = facts.hardware().gpuSamples().known();
    if (samples.isEmpty()) {
      return new Findings(
          List.of(), facts.hardware().gpuSamples() instanceof Reading.Failed<GpuSamples>);
    }
    List<Finding> findings = new ArrayList<>();
    for (GpuSample gpu : samples.get().gpus()) {
      findings.add(check.apply(gpu));
    }
    return new Findings(findings, !samples.get().troubles().isEmpty());
  }

  /** A check of one number; a GPU that does not have it passes. */
  static Finding metric(
      GpuSample gpu, GpuMetric metric, LongPredicate isBad, LongFunction<Words> text) {
    return value(gpu.pciBusId(), metric.name(), gpu.reading(metric), isBad, text);
  }

  static Finding value(
      String subject,
      String name,
      Reading<Long> reading,
      LongPredicate isBad,
      LongFunction<Words> text) {
    return switch (reading) {
      case Reading.Known<Long>(Long value, var _) -> {
        Words words = text.apply(value);
        yield Finding.of(subject, isBad.test(value), words.found(), words.expected());
      }
      case Reading.Unsupported<Long> _ -> Finding.good(subject);
      case Reading.Failed<Long>(FailureReason reason, String message) ->
          reason == FailureReason.NO_VALUE_YET
              ? Finding.silent(subject)
              : Finding.unreadable(subject, name + ": " + reason.sentence() + ": " + message);
    };
  }

  /** What was found and what should have been. */
  record Words(String found, String expected) {}

  private static void flag(Map<String, Look> checks, String name, GpuMetric metric, String text) {
    checks.put(
        name,
        (facts, row, policy) ->
            each(
                facts,
                gpu -> metric(gpu, metric, value -> value != 0, value -> new Words(text, "none"))));
  }

  private static void above(
      Map<String, Look> checks, String name, GpuMetric metric, String unit, String text) {
    checks.put(
        name,
        (facts, row, policy) ->
            each(
                facts,
                gpu ->
                    metric(
                        gpu,
                        metric,
                        value -> value >= row.threshold(unit),
                        value ->
                            new Words(
                                value + " " + text, "below " + Text.number(row.threshold(unit))))));
  }

  private static Findings off(Facts facts, GpuMetric metric, String text) {
    return each(
        facts, gpu -> metric(gpu, metric, value -> value == 0, value -> new Words(text, "on")));
  }

  // The level is the policy's row for the action, which Judge looks up by what is said here.
  private static Findings recovery(Facts facts) {
    return each(
        facts,
        gpu ->
            metric(
                gpu,
                GpuMetric.RECOVERY_ACTION,
                value -> value != 0,
                value -> new Words(recoveryText(value), "no action")));
  }

  /** Starts with the number, for {@link #recoveryAction}. */
  private static String recoveryText(long action) {
    RecoveryAction known = RecoveryAction.of(action);
    return action + ": the driver asks for " + known;
  }

  /** The action that a finding of this room's check speaks of. */
  static int recoveryAction(String message) {
    String number = message.substring(0, Math.max(0, message.indexOf(':')));
    return number.matches("\\d{1,9}") ? Integer.parseInt(number) : -1;
  }

  private static Finding pages(GpuSample gpu, CheckRow row) {
    long retired =
        gpu.reading(GpuMetric.PAGES_RETIRED_CORRECTED).known().orElse(0L)
            + gpu.reading(GpuMetric.PAGES_RETIRED_UNCORRECTED).known().orElse(0L);
    double most = row.threshold("pages");
    return Finding.of(
        gpu.pciBusId(),
        retired >= most,
        retired + " memory pages retired",
        "below " + Text.number(most));
  }

  // An error in memory whose row was replaced since is over; one in the chip's own SRAM is counted
  // by a check of its own.
  private static Finding uncorrected(GpuSample gpu) {
    long remapped = gpu.reading(GpuMetric.ROWS_REMAPPED_UNCORRECTED).known().orElse(0L);
    long sram = gpu.reading(GpuMetric.SRAM_UNCORRECTED).known().orElse(0L);
    return metric(
        gpu,
        GpuMetric.ECC_UNCORRECTED,
        value -> value - sram > 0 && remapped == 0,
        value -> new Words(value + " uncorrected memory errors and no row remapped", "none"));
  }

  private static Finding sramWorn(GpuSample gpu, CheckRow row) {
    Finding threshold =
        metric(
            gpu,
            GpuMetric.SRAM_THRESHOLD_EXCEEDED,
            value -> value != 0,
            value ->
                new Words("the driver's threshold for SRAM errors is exceeded", "not exceeded"));
    if (threshold.state() != Finding.State.GOOD) {
      return threshold;
    }
    double most = row.threshold("errors-ever");
    return metric(
        gpu,
        GpuMetric.SRAM_UNCORRECTED_TOTAL,
        value -> value > most,
        value ->
            new Words(value + " uncorrected SRAM errors ever", "at most " + Text.number(most)));
  }

  private static Finding hot(Facts facts, GpuSample gpu, CheckRow row) {
    // Cards from Ada on name no absolute temperature: then the site's number alone counts.
    long slowdown =
        detail(facts, gpu, GpuMetric.TEMPERATURE_SLOWDOWN_CELSIUS).known().orElse(Long.MAX_VALUE);
    double limit = Math.min((double) slowdown, row.threshold("celsius"));
    return metric(
        gpu,
        GpuMetric.TEMPERATURE_CELSIUS,
        value -> value >= limit,
        value -> new Words(value + " °C", "below " + Text.number(limit) + " °C"));
  }

  private static Findings slowed(Facts facts, CheckRow row) {
    return each(
        facts,
        gpu -> {
          int minutes = facts.trend().slowMinutes(gpu.pciBusId());
          return Finding.of(
              gpu.pciBusId(),
              minutes >= row.threshold("minutes"),
              "slowed down by its hardware (heat or power brake) in "
                  + minutes
                  + " of the last "
                  + Trend.WINDOW_MINUTES
                  + " minutes",
              "below " + Text.number(row.threshold("minutes")));
        });
  }

  private static Findings width(Facts facts, Policy policy) {
    return each(
        facts,
        gpu -> {
          long can = detail(facts, gpu, GpuMetric.PCIE_WIDTH_MAX).known().orElse(0L);
          long expected = policy.expect().pcieWidth().map(Integer::longValue).orElse(can);
          return metric(
              gpu,
              GpuMetric.PCIE_WIDTH,
              value -> value < expected,
              value -> new Words("PCIe x" + value, "x" + expected));
        });
  }

  // At rest the link slows down by design: only a GPU that works shows what its link can do.
  private static Findings generation(Facts facts) {
    return each(
        facts,
        gpu -> {
          boolean works = gpu.reading(GpuMetric.GPU_BUSY_PERCENT).known().orElse(0L) > 0;
          if (!works) {
            return Finding.silent(gpu.pciBusId());
          }
          long can = detail(facts, gpu, GpuMetric.PCIE_GENERATION_MAX).known().orElse(0L);
          return metric(
              gpu,
              GpuMetric.PCIE_GENERATION,
              value -> value < can,
              value -> new Words("PCIe generation " + value + " under load", "generation " + can));
        });
  }

  private static Findings pcieFatal(Facts facts, CheckRow row) {
    return each(
        facts,
        gpu ->
            metric(
                gpu,
                GpuMetric.PCIE_FATAL_ERRORS,
                value -> value >= row.threshold("errors"),
                value -> new Words(value + " fatal PCIe errors", "none")));
  }

  // Lanes times what a lane of the generation may replay in a minute at its specified error rate.
  private static Findings replays(Facts facts, CheckRow row) {
    return each(
        facts,
        gpu -> {
          long lanes = gpu.reading(GpuMetric.PCIE_WIDTH).known().orElse(16L);
          long generation =
              Math.clamp(gpu.reading(GpuMetric.PCIE_GENERATION).known().orElse(1L), 1, 6);
          double most = Math.ceil(lanes * row.threshold("per-lane-generation-" + generation));
          Optional<Double> rate = perMinute(facts, gpu, GpuMetric.PCIE_REPLAYS);
          if (rate.isEmpty()) {
            return Finding.silent(gpu.pciBusId());
          }
          return Finding.of(
              gpu.pciBusId(),
              rate.get() > most,
              Text.number(rate.get()) + " PCIe replays a minute",
              "at most " + Text.number(most));
        });
  }

  private static Optional<Double> perMinute(Facts facts, GpuSample gpu, GpuMetric metric) {
    return facts
        .trend()
        .older()
        .flatMap(
            round ->
                Rate.perMinute(
                    round.gpu(gpu.pciBusId()).flatMap(then -> then.reading(metric).known()),
                    gpu.reading(metric).known(),
                    round.at(),
                    facts.at()));
  }

  /** What is read of the GPU with the inventory. */
  static Reading<Long> detail(Facts facts, GpuSample sample, GpuMetric metric) {
    return facts
        .hardware()
        .gpus()
        .known()
        .flatMap(
            inventory ->
                inventory.gpus().stream()
                    .filter(gpu -> gpu.pciBusId().equals(sample.pciBusId()))
                    .findFirst())
        .map(Gpu::details)
        .flatMap(Reading::known)
        .map(details -> details.reading(metric))
        .orElseGet(() -> new Reading.Unsupported<>("no inventory"));
  }
}

package io.coxswain.agent.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** GPUs for people. */
final class GpuLines {
  private GpuLines() {}

  static List<String> cards(List<PciGpu> cards) {
    String which =
        cards.stream()
            .map(card -> (card.busId() + " " + card.model()).strip())
            .collect(Collectors.joining(", "));
    return List.of(cards.isEmpty() ? "0" : cards.size() + ": " + which);
  }

  static List<String> inventory(GpuInventory inventory) {
    List<String> lines = new ArrayList<>();
    lines.add(inventory.gpus().size() + ", driver " + inventory.driverVersion());
    inventory.driver().known().flatMap(GpuDriver::skew).ifPresent(lines::add);
    for (Gpu gpu : inventory.gpus()) {
      lines.add(
          gpu.index()
              + " "
              + gpu.model()
              + " "
              + ObservationLines.gibibytes(gpu.memoryBytes())
              + " "
              + gpu.pciBusId()
              + " /dev/nvidia"
              + gpu.minor()
              + " "
              + gpu.uuid());
      gpu.details().known().map(GpuLines::details).ifPresent(lines::addAll);
    }
    inventory.troubles().stream().map(GpuTrouble::line).forEach(lines::add);
    return lines;
  }

  static List<String> samples(GpuSamples samples) {
    List<String> lines = new ArrayList<>();
    lines.add(samples.gpus().size() + ", read in " + samples.took().toNanos() / 1000 + " us");
    samples.gpus().forEach(gpu -> lines.addAll(sample(gpu)));
    samples.troubles().stream().map(GpuTrouble::line).forEach(lines::add);
    samples
        .events()
        .forEach(e -> lines.add("event " + e.at() + " " + e.pciBusId() + " " + e.name()));
    return lines;
  }

  private static List<String> details(GpuDetails details) {
    List<String> lines = new ArrayList<>();
    lines.add(
        words(
            "  board",
            text(details, GpuText.SERIAL, "serial"),
            text(details, GpuText.BOARD_PART_NUMBER, "part"),
            text(details, GpuText.VBIOS_VERSION, "vbios"),
            text(details, GpuText.ARCHITECTURE, ""),
            text(details, GpuText.CPUS, "cpus"),
            number(details.reading(GpuMetric.NUMA_NODE), v -> "numa " + v)));
    details
        .migDevices()
        .known()
        .filter(devices -> !devices.isEmpty())
        .ifPresent(
            devices ->
                lines.add(
                    devices.stream()
                        .map(d -> d.name() + " " + d.uuid())
                        .collect(Collectors.joining(", ", "  mig ", ""))));
    lines.addAll(failed(details.metrics()));
    return lines;
  }

  private static List<String> sample(GpuSample gpu) {
    List<String> lines = new ArrayList<>();
    lines.add(
        words(
            gpu.index() + " " + gpu.pciBusId(),
            number(gpu.reading(GpuMetric.GPU_BUSY_PERCENT), v -> v + " % busy"),
            number(
                gpu.reading(GpuMetric.MEMORY_USED_BYTES),
                v -> ObservationLines.gibibytes(v) + " used"),
            number(gpu.reading(GpuMetric.TEMPERATURE_CELSIUS), v -> v + " C"),
            number(gpu.reading(GpuMetric.POWER_MILLIWATTS), GpuLines::watts),
            number(gpu.reading(GpuMetric.SM_CLOCK_MHZ), v -> v + " MHz"),
            number(gpu.reading(GpuMetric.PCIE_WIDTH), v -> "x" + v),
            number(gpu.reading(GpuMetric.PCIE_GENERATION), v -> "gen" + v),
            links(gpu.links()),
            number(gpu.reading(GpuMetric.ECC_UNCORRECTED), v -> v + " uncorrected")));
    gpu.reading(GpuMetric.CLOCK_REASONS)
        .known()
        .map(ClockReason::of)
        .filter(reasons -> !reasons.isEmpty())
        .ifPresent(
            reasons ->
                lines.add(
                    reasons.stream()
                        .map(r -> r.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", "  clocks: ", ""))));
    gpu.reading(GpuMetric.RECOVERY_ACTION)
        .known()
        .map(RecoveryAction::of)
        .filter(action -> action != RecoveryAction.NONE)
        .ifPresent(action -> lines.add("  driver asks for " + action));
    lines.addAll(failed(gpu.metrics()));
    return lines;
  }

  private static String links(List<GpuLink> links) {
    if (links.isEmpty()) {
      return "";
    }
    long up =
        links.stream()
            .filter(link -> link.reading(LinkMetric.UP).known().filter(v -> v == 1).isPresent())
            .count();
    return up + "/" + links.size() + " links up";
  }

  private static List<String> failed(Map<GpuMetric, Reading<Long>> metrics) {
    List<String> lines = new ArrayList<>();
    metrics.forEach(
        (metric, reading) -> {
          // What has no value yet, such as a share of the time since a first look, is no trouble.
          if (reading instanceof Reading.Failed<Long>(FailureReason reason, String message)
              && reason != FailureReason.NO_VALUE_YET) {
            lines.add("  " + metric + " FAILED: " + reason.sentence() + " (" + message + ")");
          }
        });
    return lines;
  }

  private static String watts(long milliwatts) {
    return String.format(Locale.ROOT, "%.0f W", milliwatts / 1000.0);
  }

  private static String text(GpuDetails details, GpuText text, String name) {
    Optional<String> value = details.reading(text).known();
    return value.map(v -> (name + " " + v).strip()).orElse("");
  }

  private static String number(Reading<Long> reading, Function<Long, String> words) {
    return reading.known().map(words).orElse("");
  }

  private static String words(String... parts) {
    return String.join(" ", List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
  }
}

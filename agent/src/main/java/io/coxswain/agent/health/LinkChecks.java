package io.coxswain.agent.health;

import io.coxswain.agent.health.Checks.Look;
import io.coxswain.agent.health.Finding.Findings;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.InfinibandPort;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether this machine's GPUs and adapters reach others. */
final class LinkChecks {
  // nvmlGpuFabricState_t and nvmlGpuFabricInfo_v3_t of the NVML API reference.
  private static final long FABRIC_UNSUPPORTED = 0;
  private static final long FABRIC_COMPLETED = 3;
  private static final long FABRIC_UNHEALTHY = 2;
  private static final long FABRIC_LIMITED = 3;
  private static final Map<Integer, String> FABRIC_TROUBLES =
      Map.of(
          0, "bandwidth degraded",
          2, "route recovery in progress",
          4, "route unhealthy",
          6, "access timeout recovery");

  private LinkChecks() {}

  static void addTo(Map<String, Look> checks) {
    checks.put("fabric-state", (facts, row, policy) -> GpuChecks.each(facts, LinkChecks::fabric));
    checks.put(
        "fabric-health",
        (facts, row, policy) -> GpuChecks.each(facts, gpu -> fabricHealth(gpu, FABRIC_UNHEALTHY)));
    checks.put(
        "fabric-limited",
        (facts, row, policy) -> GpuChecks.each(facts, gpu -> fabricHealth(gpu, FABRIC_LIMITED)));
    checks.put("nvlink-down", (facts, row, policy) -> nvlinkDown(facts));
    rate(checks, "nvlink-replays", LinkMetric.REPLAY_ERRORS, "replays");
    rate(checks, "nvlink-recoveries", LinkMetric.RECOVERY_ERRORS, "recoveries");
    rate(checks, "nvlink-crc", LinkMetric.CRC_ERRORS, "CRC errors");
    rate(checks, "nvlink5-recoveries", LinkMetric.FAILED_RECOVERIES, "failed recoveries");
    rate(checks, "nvlink5-errors", LinkMetric.EFFECTIVE_ERRORS, "errors left after correction");
    checks.put("infiniband-port", (facts, row, policy) -> ports(facts));
    checks.put("infiniband-rate", (facts, row, policy) -> rates(facts, policy));
  }

  private static Finding fabric(GpuSample gpu) {
    long status = gpu.reading(GpuMetric.FABRIC_STATUS).known().orElse(0L);
    return GpuChecks.metric(
        gpu,
        GpuMetric.FABRIC_STATE,
        state -> state != FABRIC_UNSUPPORTED && (state != FABRIC_COMPLETED || status != 0),
        state ->
            new GpuChecks.Words(
                state == FABRIC_COMPLETED
                    ? "registered with the fabric with error " + status
                    : "not registered with the fabric (state " + state + ")",
                "registered (state 3; is the fabric manager running?)"));
  }

  private static Finding fabricHealth(GpuSample gpu, long wanted) {
    long mask = gpu.reading(GpuMetric.FABRIC_HEALTH_MASK).known().orElse(0L);
    return GpuChecks.metric(
        gpu,
        GpuMetric.FABRIC_HEALTH_SUMMARY,
        summary -> summary == wanted,
        summary ->
            new GpuChecks.Words(
                "fabric " + (wanted == FABRIC_LIMITED ? "limited" : "unhealthy") + troubles(mask),
                "healthy"));
  }

  private static String troubles(long mask) {
    List<String> troubles = new ArrayList<>();
    FABRIC_TROUBLES.forEach(
        (shift, text) -> {
          // Two bits each: 1 yes, 2 no, 0 not told.
          if (((mask >> shift) & 3) == 1) {
            troubles.add(text);
          }
        });
    return troubles.isEmpty() ? "" : ": " + String.join(", ", troubles.stream().sorted().toList());
  }

  // Boards without a bridge show all their links down and are well; a GPU that belongs to a fabric
  // or whose neighbour has links that are up is not one of them.
  private static Findings nvlinkDown(Facts facts) {
    List<GpuSample> gpus =
        facts.hardware().gpuSamples().known().map(samples -> samples.gpus()).orElse(List.of());
    boolean isLinked =
        gpus.stream()
            .anyMatch(
                gpu ->
                    gpu.links().stream().anyMatch(link -> up(link) == 1)
                        || gpu.reading(GpuMetric.FABRIC_STATE).known().orElse(0L) != 0);
    return GpuChecks.each(
        facts,
        gpu -> {
          List<String> down =
              gpu.links().stream()
                  .filter(link -> up(link) == 0)
                  .map(link -> String.valueOf(link.link()))
                  .toList();
          Optional<GpuLink> unreadable =
              gpu.links().stream()
                  .filter(link -> link.reading(LinkMetric.UP) instanceof Reading.Failed<Long>)
                  .findFirst();
          if (down.isEmpty() && unreadable.isPresent()) {
            return GpuChecks.value(
                gpu.pciBusId(),
                "NVLink " + unreadable.get().link(),
                unreadable.get().reading(LinkMetric.UP),
                value -> false,
                value -> new GpuChecks.Words("", ""));
          }
          return Finding.of(
              gpu.pciBusId(),
              isLinked && !down.isEmpty(),
              "NVLinks down: " + String.join(", ", down),
              "all " + gpu.links().size() + " up");
        });
  }

  /** 1 up, 0 down, -1 not known. */
  private static long up(GpuLink link) {
    return link.reading(LinkMetric.UP).known().orElse(-1L);
  }

  private static void rate(Map<String, Look> checks, String name, LinkMetric metric, String text) {
    checks.put(
        name,
        (facts, row, policy) ->
            GpuChecks.each(
                facts,
                gpu -> {
                  Optional<Double> worst =
                      gpu.links().stream()
                          .flatMap(link -> perMinute(facts, gpu, link, metric).stream())
                          .max(Double::compare);
                  double most = row.threshold("per-minute");
                  return worst
                      .map(
                          rate ->
                              Finding.of(
                                  gpu.pciBusId(),
                                  rate >= most,
                                  Text.number(rate) + " NVLink " + text + " a minute on one link",
                                  "below " + Text.number(most)))
                      .orElseGet(() -> Finding.silent(gpu.pciBusId()));
                }));
  }

  private static Optional<Double> perMinute(
      Facts facts, GpuSample gpu, GpuLink link, LinkMetric metric) {
    return facts
        .trend()
        .older()
        .flatMap(
            round ->
                Rate.perMinute(
                    round
                        .gpu(gpu.pciBusId())
                        .flatMap(
                            then ->
                                then.links().stream()
                                    .filter(other -> other.link() == link.link())
                                    .findFirst())
                        .flatMap(then -> then.reading(metric).known()),
                    link.reading(metric).known(),
                    round.at(),
                    facts.at()));
  }

  // A port that was never in use may be down: most servers have some without a cable.
  private static Findings ports(Facts facts) {
    Reading<List<InfinibandPort>> reading = facts.hardware().infiniband();
    if (reading instanceof Reading.Failed<List<InfinibandPort>>(FailureReason why, String text)) {
      return Findings.unreadable(why.sentence() + ": " + text);
    }
    List<Finding> findings = new ArrayList<>();
    List<InfinibandPort> ports = reading.known().orElse(List.of());
    for (String name : facts.baseline().infiniband().keySet()) {
      Optional<InfinibandPort> port =
          ports.stream().filter(p -> Baseline.name(p).equals(name)).findFirst();
      findings.add(
          Finding.of(
              name,
              port.filter(Baseline::isActive).isEmpty(),
              port.map(p -> "port is " + p.state()).orElse("port is gone"),
              "ACTIVE, as once seen here"));
    }
    return Findings.of(findings);
  }

  private static Findings rates(Facts facts, Policy policy) {
    List<Finding> findings = new ArrayList<>();
    for (InfinibandPort port : facts.hardware().infiniband().known().orElse(List.of())) {
      String name = Baseline.name(port);
      long expected =
          policy
              .expect()
              .infinibandGigabits()
              .filter(gigabits -> port.linkLayer().equals("InfiniBand"))
              .orElse(facts.baseline().infiniband().getOrDefault(name, 0L));
      findings.add(
          Finding.of(
              name,
              Baseline.isActive(port) && port.rateGigabits() < expected,
              port.rateGigabits() + " Gb/s",
              expected + " Gb/s"));
    }
    return new Findings(
        findings, facts.hardware().infiniband() instanceof Reading.Failed<List<InfinibandPort>>);
  }
}

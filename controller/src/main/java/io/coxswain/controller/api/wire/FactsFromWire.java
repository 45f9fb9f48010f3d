package io.coxswain.controller.api.wire;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.v1.Gpu;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.Health;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.RepairAction;
import io.coxswain.v1.SlurmFacts;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What planning needs of a report. */
public final class FactsFromWire {
  private FactsFromWire() {}

  /**
   * Maps a report.
   *
   * @param remote where the agent's stream comes from; empty when the report comes from the store
   * @param now stands in when the report does not say when it was made
   */
  public static MachineFacts facts(
      Observation observation, Optional<InetAddress> remote, Instant now) {
    return new MachineFacts(
        observation.hasObservedAt()
            ? Times.instant("observed_at", observation.getObservedAt())
            : now,
        address(observation, remote),
        observation.getHostName(),
        observation.getOs().getId(),
        observation.getOs().getVersion(),
        observation.getMemoryBytes(),
        observation.getCpu().getThreads(),
        gpus(observation.getGpus()),
        observation.getPciGpuCount(),
        new MachineFacts.Cgroups(
            observation.getCgroups().getVersion(), observation.getCgroups().getWritable()),
        slurm(observation.getSlurm()),
        observation.getMpi().getOpenMpiVersion(),
        observation.getMpi().getPmixLoadable(),
        observation.getSlurmClustersList().stream().map(FactsFromWire::slurmCluster).toList(),
        observation.getBootId(),
        new MachineFacts.Judged(
            observation.getChecks(),
            observation.getVerdictsList().stream().map(verdict -> verdict(verdict, now)).toList()),
        DriverFromWire.stack(observation));
  }

  /** The stream's own end is what other machines reach, unless it comes from this very machine. */
  private static String address(Observation observation, Optional<InetAddress> remote) {
    return remote
        .filter(end -> !end.isLoopbackAddress() && !end.isAnyLocalAddress())
        .map(InetAddress::getHostAddress)
        .orElseGet(
            () ->
                observation.getInterfacesList().stream()
                    .filter(NetworkInterface::getUp)
                    .flatMap(nic -> nic.getAddressesList().stream())
                    .map(FactsFromWire::withoutPrefix)
                    .filter(FactsFromWire::isGlobalIpv4)
                    .findFirst()
                    .orElse(""));
  }

  private static String withoutPrefix(String address) {
    int slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }

  private static boolean isGlobalIpv4(String address) {
    return address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        && !address.startsWith("127.")
        && !address.startsWith("169.254.")
        && !address.startsWith("0.");
  }

  private static Reading<MachineFacts.Gpus> gpus(GpuReading reading) {
    return switch (reading.getState()) {
      case KNOWN -> known(reading);
      case UNSUPPORTED -> new Reading.Unsupported<>(reading.getReason());
      case FAILED -> new Reading.Failed<>(reading.getReason());
      case STATE_UNSPECIFIED, UNRECOGNIZED ->
          new Reading.Failed<>("the agent's report says nothing of them");
    };
  }

  private static Reading<MachineFacts.Gpus> known(GpuReading reading) {
    Map<String, Long> models =
        reading.getGpusList().stream()
            .collect(Collectors.groupingBy(Gpu::getModel, TreeMap::new, Collectors.counting()));
    if (models.isEmpty()) {
      return new Reading.Unsupported<>("the driver lists none");
    }
    if (models.size() > 1) {
      String mix =
          models.entrySet().stream()
              .map(model -> model.getValue() + "x" + model.getKey())
              .collect(Collectors.joining(", "));
      return new Reading.Failed<>("models are mixed: " + mix + " (expected: one model)");
    }
    List<Integer> minors =
        reading.getGpusList().stream()
            .sorted(Comparator.comparing(Gpu::getPciBusId))
            .map(Gpu::getMinor)
            .toList();
    return new Reading.Known<>(
        new MachineFacts.Gpus(reading.getGpus(0).getModel(), minors, reading.getDriverVersion()));
  }

  private static Optional<MachineFacts.Slurm> slurm(SlurmFacts slurm) {
    if (slurm.getVersion().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new MachineFacts.Slurm(
            slurm.getVersion(),
            slurm.getCpus(),
            slurm.getBoards(),
            slurm.getSocketsPerBoard(),
            slurm.getCoresPerSocket(),
            slurm.getThreadsPerCore(),
            slurm.getRealMemoryMib()));
  }

  private static Verdict verdict(io.coxswain.v1.Verdict verdict, Instant now) {
    return new Verdict(
        verdict.getCheck(),
        verdict.getSubject(),
        level(verdict.getLevel()),
        verdict.getMessage(),
        verdict.getExpected(),
        verdict.hasSince() ? Times.instant("verdicts.since", verdict.getSince()) : now,
        action(verdict.getAction()),
        verdict.getDrain(),
        verdict.getSuppressed(),
        verdict.getCount());
  }

  private static Verdict.Level level(Health level) {
    return switch (level) {
      case PASS -> Verdict.Level.PASS;
      case INFO -> Verdict.Level.INFO;
      case WARNING -> Verdict.Level.WARNING;
      case CRITICAL -> Verdict.Level.CRITICAL;
      // A level of tomorrow may be a bad one.
      case UNKNOWN, HEALTH_UNSPECIFIED, UNRECOGNIZED -> Verdict.Level.UNKNOWN;
    };
  }

  /** What would help; what we do not know is for people to look at. */
  public static Verdict.Action action(RepairAction action) {
    return switch (action) {
      case NO_REPAIR, REPAIR_ACTION_UNSPECIFIED -> Verdict.Action.NONE;
      case RESET_GPU -> Verdict.Action.RESET_GPU;
      case REBOOT -> Verdict.Action.REBOOT;
      case REPLACE -> Verdict.Action.REPLACE;
      case HARDWARE, UNRECOGNIZED -> Verdict.Action.HARDWARE;
    };
  }

  private static MachineFacts.SlurmCluster slurmCluster(io.coxswain.v1.SlurmCluster cluster) {
    return new MachineFacts.SlurmCluster(
        cluster.getClusterId(),
        cluster.getReachable(),
        cluster.getError(),
        cluster.getNodesList().stream()
            .map(
                node ->
                    new MachineFacts.SlurmCluster.Node(
                        node.getName(), node.getState(), node.getReason(), node.getGres()))
            .toList(),
        cluster.getJobsList().stream()
            .map(
                job ->
                    new MachineFacts.SlurmCluster.Job(
                        Integer.toUnsignedLong(job.getId()),
                        job.getUser(),
                        job.getName(),
                        job.getState(),
                        List.copyOf(job.getNodesList())))
            .toList());
  }
}

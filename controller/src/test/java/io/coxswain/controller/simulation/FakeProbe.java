package io.coxswain.controller.simulation;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.agent.link.ObservationSource;
import io.coxswain.agent.report.CgroupFacts;
import io.coxswain.agent.report.Cpu;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.agent.report.MpiFacts;
import io.coxswain.agent.report.NetworkInterface;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.OperatingSystem;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.SlurmCluster;
import io.coxswain.agent.report.SlurmFacts;
import io.coxswain.agent.report.SlurmJob;
import io.coxswain.agent.report.SlurmNode;
import io.coxswain.agent.report.Software;
import io.coxswain.agent.report.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reports of a fake machine: eight GPUs on a worker, and of Slurm what is installed and runs. */
final class FakeProbe implements ObservationSource {
  private static final String NONE = "a simulated machine has none";
  private static final int GPUS = 8;

  private final String name;
  private final boolean isJumphost;
  private final FakeHost host;
  private final FakeSlurm slurm;
  private boolean isBlind;
  private Optional<Instant> lostCard = Optional.empty();

  FakeProbe(String name, boolean isJumphost, FakeHost host, FakeSlurm slurm) {
    this.name = name;
    this.isJumphost = isJumphost;
    this.host = host;
    this.slurm = slurm;
  }

  /** Its driver and its slurmd do not answer the probe for a while. */
  void blind(boolean blind) {
    isBlind = blind;
  }

  /** One of its cards is off the bus, until it is put back. */
  void loseCard(boolean lost) {
    lostCard = lost ? Optional.of(host.clock().instant()) : Optional.empty();
  }

  private Judgement judgement(Instant now) {
    return new Judgement(now, lostCard.map(since -> lost(since, now)).stream().toList(), 1);
  }

  private static Verdict lost(Instant since, Instant now) {
    return new Verdict(
        "xid-79",
        "0000:18:00.0",
        Health.CRITICAL,
        "off the bus",
        "",
        since,
        now,
        RepairAction.REBOOT,
        true,
        "",
        1);
  }

  @Override
  public Observation observe(boolean afresh) {
    Instant now = host.clock().instant();
    return observed(now).with(judgement(now));
  }

  private Observation observed(Instant now) {
    return new Observation(
        now,
        new MachineIdentity(
            host.identity().hostName(),
            "uuid-" + name,
            "serial-" + name,
            host.identity().bootId(),
            "0.1.0"),
        hardware(now),
        software(now),
        isJumphost
            ? slurm.clusters().stream().filter(this::isHere).map(this::cluster).toList()
            : List.of());
  }

  private Hardware hardware(Instant now) {
    List<Gpu> gpus = isJumphost ? List.of() : IntStream.range(0, GPUS).mapToObj(this::gpu).toList();
    return new Hardware(
        new Reading.Known<>(new Cpu("fake", 2, 64, 128), now),
        new Reading.Known<>(1L << 40, now),
        new Reading.Unsupported<>(NONE),
        // No other machine reaches this one there.
        new Reading.Known<>(
            List.of(new NetworkInterface("docker0", "", List.of("172.17.0.1/16"), 0, true)), now),
        new Reading.Unsupported<>(NONE),
        new Reading.Known<>(gpus.stream().map(gpu -> PciGpu.at(gpu.pciBusId())).toList(), now),
        gpus(gpus, now));
  }

  private Reading<GpuInventory> gpus(List<Gpu> gpus, Instant now) {
    if (gpus.isEmpty()) {
      return new Reading.Unsupported<>(NONE);
    }
    return isBlind
        ? new Reading.Failed<>(FailureReason.DRIVER_UNRESPONSIVE, "nvmlInit")
        : new Reading.Known<>(new GpuInventory("570.1", gpus, List.of()), now);
  }

  private Gpu gpu(int index) {
    String bus = "0000:%02x:00.0".formatted(0x10 + index);
    return new Gpu(
        index, index, "GPU-" + name + "-" + index, "NVIDIA H200", "H200", bus, 141L << 30);
  }

  private Software software(Instant now) {
    return new Software(
        new Reading.Known<>(new OperatingSystem("debian", "12", "6.1", "x86_64"), now),
        new Reading.Known<>(new CgroupFacts(2, true), now),
        slurm(now),
        host.packages().installed("libopenmpi-dev").isPresent()
            ? new Reading.Known<>(new MpiFacts("4.1.4", true), now)
            : new Reading.Unsupported<>("not installed"));
  }

  private Reading<SlurmFacts> slurm(Instant now) {
    if (isBlind) {
      return new Reading.Failed<>(FailureReason.TIMED_OUT, "slurmd -C");
    }
    if (host.packages().installed("slurm-client").isEmpty()) {
      return new Reading.Unsupported<>("not installed");
    }
    boolean isNode = host.packages().installed("slurmd").isPresent();
    return new Reading.Known<>(
        new SlurmFacts(
            "22.05.8",
            isNode
                ? Optional.of(new SlurmFacts.Layout(128, 1, 2, 32, 2, 1_031_000))
                : Optional.empty()),
        now);
  }

  private boolean isHere(FakeSlurm.Cluster cluster) {
    return host.files().stat("/etc/coxswain/clusters/" + cluster.id() + "/slurm.conf").isPresent();
  }

  private SlurmCluster cluster(FakeSlurm.Cluster cluster) {
    if (!cluster.isRunning()) {
      return new SlurmCluster.Unreachable(cluster.id(), "Unable to contact slurm controller");
    }
    return new SlurmCluster.Reachable(
        cluster.id(),
        cluster.nodes().entrySet().stream()
            .map(
                node ->
                    new SlurmNode(
                        node.getKey(),
                        node.getValue().isResponding() ? "IDLE" : "DOWN*",
                        node.getValue().reason(),
                        "gpu:H200:8"))
            .toList(),
        cluster.jobs().stream()
            .map(job -> new SlurmJob(job.id(), job.user(), "train", job.state(), job.nodes()))
            .toList());
  }
}

package io.coxswain.agent.link;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.agent.report.CgroupFacts;
import io.coxswain.agent.report.Cpu;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.agent.report.MpiFacts;
import io.coxswain.agent.report.NetworkInterface;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.OperatingSystem;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.SlurmCluster;
import io.coxswain.agent.report.SlurmFacts;
import io.coxswain.agent.report.SlurmJob;
import io.coxswain.agent.report.SlurmNode;
import io.coxswain.agent.report.Software;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the probe of a fake machine would see: some GPUs, and Slurm as its packages and its
 * slurmctlds are now.
 */
public final class SimulatedProbe implements ObservationSource {
  private static final long H200_BYTES = 141L << 30;

  private final FakeHost host;
  private final FakeSlurm slurm;
  private final String systemUuid;
  private final String address;
  private int gpuCount;

  /** A machine with this many H200 at the address ("10.0.0.11"). */
  public SimulatedProbe(
      FakeHost host, FakeSlurm slurm, String systemUuid, String address, int gpuCount) {
    this.host = host;
    this.slurm = slurm;
    this.systemUuid = systemUuid;
    this.address = address;
    this.gpuCount = gpuCount;
  }

  /** GPUs fall off the bus, or come back. */
  public void gpus(int count) {
    gpuCount = count;
  }

  @Override
  public Observation observe(boolean afresh) {
    return new Observation(
        host.clock().instant(),
        new MachineIdentity(
            host.identity().hostName(),
            systemUuid,
            "serial-" + systemUuid,
            host.identity().bootId(),
            "0.1.0"),
        hardware(),
        software(),
        slurm.clusters().stream()
            .filter(cluster -> cluster.isOn(host))
            .map(SimulatedProbe::cluster)
            .toList());
  }

  private Hardware hardware() {
    List<Gpu> gpus = new ArrayList<>();
    for (int i = 0; i < gpuCount; i++) {
      String bus = "0000:%02x:00.0".formatted(0x18 + i);
      gpus.add(
          new Gpu(i, i, "GPU-" + systemUuid + "-" + i, "NVIDIA H200", "H200", bus, H200_BYTES));
    }
    return new Hardware(
        known(new Cpu("fake", 2, 96, 192)),
        known(2L << 40),
        known(List.of()),
        known(
            List.of(
                new NetworkInterface(
                    "eth0", "02:00:00:00:00:01", List.of(address + "/24"), 0, true))),
        known(List.of()),
        known(gpus.stream().map(gpu -> PciGpu.at(gpu.pciBusId())).toList()),
        gpus.isEmpty()
            ? new Reading.Unsupported<>("no NVIDIA GPU on the PCI bus")
            : known(new GpuInventory("570.00", gpus, List.of())));
  }

  private Software software() {
    boolean hasSlurm = host.packages().installed("slurm-client").isPresent();
    boolean hasSlurmd = host.packages().installed("slurmd").isPresent();
    Optional<SlurmFacts.Layout> layout =
        hasSlurmd
            ? Optional.of(new SlurmFacts.Layout(192, 1, 2, 48, 2, 2_000_000))
            : Optional.empty();
    boolean hasMpi = host.packages().installed("libopenmpi-dev").isPresent();
    return new Software(
        known(new OperatingSystem("debian", "12", "6.1.0", "x86_64")),
        known(new CgroupFacts(2, true)),
        hasSlurm || hasSlurmd
            ? known(new SlurmFacts("22.05.8", layout))
            : new Reading.Unsupported<>("Slurm is not installed"),
        known(new MpiFacts(hasMpi ? "4.1.4" : "", hasMpi)));
  }

  private static SlurmCluster cluster(FakeSlurm.Cluster cluster) {
    return new SlurmCluster.Reachable(
        cluster.id(),
        cluster.nodes().values().stream()
            .map(node -> new SlurmNode(node.name(), cluster.state(node), node.reason(), ""))
            .toList(),
        cluster.jobs().stream()
            .map(job -> new SlurmJob(job.id(), job.user(), "job", job.state(), job.nodes()))
            .toList());
  }

  private <T> Reading<T> known(T value) {
    return new Reading.Known<>(value, host.clock().instant());
  }
}

package io.coxswain.agent.probe;

import io.coxswain.agent.gpu.Gpus;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.report.CgroupFacts;
import io.coxswain.agent.report.Cpu;
import io.coxswain.agent.report.Disk;
import io.coxswain.agent.report.DriverStack;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.InfinibandPort;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.agent.report.MpiFacts;
import io.coxswain.agent.report.NetworkInterface;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.OperatingSystem;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.SlurmFacts;
import io.coxswain.agent.report.Software;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * Observes this machine.
 *
 * <ul>
 *   <li>A round reads only what may have changed: hardware once in ten minutes, links and which
 *       GPUs there are once a minute, what GPUs read each time, the driver's packages, Slurm's and
 *       MPI's facts when what they depend on changes, slurmctlds each time.
 *   <li>A round usually takes a few milliseconds. It may block for the sum of the deadlines of what
 *       is asked (a minute for GPUs that answer slowly, 5 seconds for each slurmctld): never
 *       observe on the thread that sends heartbeats.
 *   <li>One round at a time; callers wait for each other.
 * </ul>
 */
public final class Prober {
  private static final Duration RARELY = Duration.ofMinutes(10);
  private static final Duration MINUTELY = Duration.ofMinutes(1);
  private static final Duration SECONDLY = Duration.ofSeconds(1);

  private final Host host;
  private final String agentVersion;
  private final SystemProbe system;
  private final SlurmClusterProbe slurmClusters;

  private final Fact<OperatingSystem> os;
  private final Fact<Cpu> cpu;
  private final Fact<Long> memory;
  private final Fact<List<Disk>> disks;
  private final Fact<List<NetworkInterface>> interfaces;
  private final Fact<List<InfinibandPort>> infiniband;
  private final Fact<List<PciGpu>> pciGpus;
  private final Fact<GpuInventory> gpus;
  private final Fact<GpuSamples> gpuSamples;
  private final Fact<DriverStack> driver;
  private final Fact<CgroupFacts> cgroups;
  private final Fact<SlurmFacts> slurm;
  private final Fact<MpiFacts> mpi;

  public Prober(Host host, Gpus driver, String agentVersion) {
    this.host = host;
    this.agentVersion = agentVersion;
    Sysfs sysfs = new Sysfs(host.files());
    // OSHI's objects remember what they read: a fresh one for each use, dropped with what it holds.
    Supplier<HardwareAbstractionLayer> oshi = () -> new SystemInfo().getHardware();
    PciGpuProbe pci = new PciGpuProbe(sysfs);
    MpiProbe mpiProbe = new MpiProbe(host.files(), host.commands());
    this.system = new SystemProbe(sysfs);
    this.slurmClusters = new SlurmClusterProbe(host.files(), host.commands());
    this.os = fact(RARELY, new OsProbe(host)::read);
    this.cpu = fact(RARELY, new CpuProbe(oshi)::read);
    this.memory = fact(RARELY, new MemoryProbe(oshi)::read);
    this.disks = fact(RARELY, new DiskProbe(oshi)::read);
    this.interfaces = fact(MINUTELY, new InterfaceProbe(oshi)::read);
    this.infiniband = fact(MINUTELY, new InfinibandProbe(sysfs)::read);
    this.pciGpus = fact(MINUTELY, pci::read);
    GpuProbe gpuProbe = new GpuProbe(host.files(), driver, pci);
    this.gpus = new Fact<>(MINUTELY, gpuProbe::read);
    this.gpuSamples = new Fact<>(SECONDLY, gpuProbe::sample);
    DriverStackProbe stack = new DriverStackProbe(host);
    this.driver = new Fact<>(RARELY, stack::stamp, stack::read);
    this.cgroups = fact(RARELY, new CgroupProbe(host.files())::read);
    this.slurm =
        new Fact<>(RARELY, this::slurmStamp, new SlurmProbe(host.commands(), host.clock())::read);
    this.mpi = new Fact<>(RARELY, mpiProbe::stamp, () -> known(mpiProbe.read()));
  }

  /** What the machine is now, in parts as remembered. */
  public synchronized Observation observe() {
    return new Observation(
        host.clock().instant(), identity(), hardware(), software(), slurmClusters.read());
  }

  /** The hardware alone, in parts as remembered: for whoever looks every few seconds. */
  public synchronized Hardware measure() {
    return hardware();
  }

  /**
   * Like {@link #observe()}, with everything read again: for a person or a controller that asks.
   */
  public synchronized Observation observeAfresh() {
    List.of(
            os,
            cpu,
            memory,
            disks,
            interfaces,
            infiniband,
            pciGpus,
            gpus,
            gpuSamples,
            driver,
            cgroups,
            slurm,
            mpi)
        .forEach(Fact::forget);
    return observe();
  }

  private MachineIdentity identity() {
    return new MachineIdentity(
        host.identity().hostName(),
        system.systemUuid(),
        system.boardSerial(),
        host.identity().bootId(),
        agentVersion);
  }

  private Hardware hardware() {
    return new Hardware(
        cpu.read(host.clock()),
        memory.read(host.clock()),
        disks.read(host.clock()),
        interfaces.read(host.clock()),
        infiniband.read(host.clock()),
        pciGpus.read(host.clock()),
        gpus.read(host.clock()),
        gpuSamples.read(host.clock()),
        driver.read(host.clock()));
  }

  private Software software() {
    return new Software(
        os.read(host.clock()),
        cgroups.read(host.clock()),
        slurm.read(host.clock()),
        mpi.read(host.clock()));
  }

  private <T> Fact<T> fact(Duration period, Supplier<T> probe) {
    return new Fact<>(period, () -> known(probe.get()));
  }

  private <T> Reading<T> known(T value) {
    return new Reading.Known<>(value, host.clock().instant());
  }

  private List<Optional<FileStat>> slurmStamp() {
    return SlurmProbe.FILES.stream().map(host.files()::stat).toList();
  }
}

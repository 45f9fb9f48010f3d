package io.coxswain.agent.link;

import io.coxswain.agent.report.CgroupFacts;
import io.coxswain.agent.report.Cpu;
import io.coxswain.agent.report.Disk;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.InfinibandPort;
import io.coxswain.agent.report.MpiFacts;
import io.coxswain.agent.report.NetworkInterface;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.report.OperatingSystem;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.SlurmCluster;
import io.coxswain.agent.report.SlurmFacts;
import io.coxswain.agent.report.SlurmJob;
import io.coxswain.agent.report.SlurmNode;
import io.coxswain.agent.report.Software;
import java.util.List;
import java.util.Optional;

/**
 * Observation to wire. A fact that is not known is left out, and what could not be read is named
 * among the troubles.
 */
final class ObservationEncoder {
  private final io.coxswain.v1.Observation.Builder wire = io.coxswain.v1.Observation.newBuilder();

  private ObservationEncoder() {}

  static io.coxswain.v1.Observation encode(Observation observation) {
    ObservationEncoder encoder = new ObservationEncoder();
    encoder
        .wire
        .setObservedAt(OutcomeEncoder.timestamp(observation.observedAt()))
        .setHostName(observation.machine().hostName())
        .setSystemUuid(observation.machine().systemUuid())
        .setBoardSerial(observation.machine().boardSerial())
        .setBootId(observation.machine().bootId())
        .setAgentVersion(observation.machine().agentVersion());
    encoder.hardware(observation.hardware());
    encoder.software(observation.software());
    observation.slurmClusters().forEach(c -> encoder.wire.addSlurmClusters(cluster(c)));
    encoder
        .wire
        .setChecks(observation.judgement().checks())
        .addAllVerdicts(
            observation.judgement().verdicts().stream().map(VerdictEncoder::encode).toList());
    return encoder.wire.build();
  }

  private void hardware(Hardware hardware) {
    known("cpu", hardware.cpu()).ifPresent(cpu -> wire.setCpu(cpu(cpu)));
    known("memory", hardware.memoryBytes()).ifPresent(wire::setMemoryBytes);
    known("disks", hardware.disks())
        .ifPresent(disks -> disks.forEach(disk -> wire.addDisks(disk(disk))));
    known("network", hardware.interfaces())
        .ifPresent(links -> links.forEach(link -> wire.addInterfaces(networkInterface(link))));
    known("infiniband", hardware.infiniband())
        .ifPresent(ports -> ports.forEach(port -> wire.addInfiniband(port(port))));
    known("pci", hardware.pciGpus())
        .ifPresent(
            cards -> {
              wire.setPciGpuCount(cards.size());
              cards.forEach(card -> wire.addPciGpus(GpuEncoder.card(card)));
            });
    wire.setGpus(GpuEncoder.inventory(hardware.gpus()));
    known("driver", hardware.driver())
        .ifPresent(stack -> wire.setDriverStack(DriverStackEncoder.encode(stack)));
    wire.setGpuSamples(GpuEncoder.samples(hardware.gpuSamples()));
  }

  private void software(Software software) {
    known("os", software.os()).ifPresent(os -> wire.setOs(os(os)));
    known("cgroups", software.cgroups()).ifPresent(c -> wire.setCgroups(cgroups(c)));
    known("slurm", software.slurm()).ifPresent(slurm -> wire.setSlurm(slurm(slurm)));
    known("mpi", software.mpi()).ifPresent(mpi -> wire.setMpi(mpi(mpi)));
  }

  private <T> Optional<T> known(String fact, Reading<T> reading) {
    if (reading instanceof Reading.Failed<T>(var reason, String message)) {
      wire.addTroubles(fact + ": " + reason.sentence() + ": " + message);
    }
    return reading.known();
  }

  private static io.coxswain.v1.Cpu cpu(Cpu cpu) {
    return io.coxswain.v1.Cpu.newBuilder()
        .setModel(cpu.model())
        .setSockets(cpu.sockets())
        .setCores(cpu.cores())
        .setThreads(cpu.threads())
        .build();
  }

  private static io.coxswain.v1.Disk disk(Disk disk) {
    return io.coxswain.v1.Disk.newBuilder()
        .setName(disk.name())
        .setModel(disk.model())
        .setSizeBytes(disk.sizeBytes())
        .build();
  }

  private static io.coxswain.v1.NetworkInterface networkInterface(NetworkInterface link) {
    return io.coxswain.v1.NetworkInterface.newBuilder()
        .setName(link.name())
        .setMac(link.mac())
        .addAllAddresses(link.addresses())
        .setSpeedBitsPerSecond(link.speedBitsPerSecond())
        .setUp(link.isUp())
        .build();
  }

  private static io.coxswain.v1.InfinibandPort port(InfinibandPort port) {
    return io.coxswain.v1.InfinibandPort.newBuilder()
        .setDevice(port.device())
        .setPort(port.port())
        .setState(port.state())
        .setLinkLayer(port.linkLayer())
        .setRateGigabits(port.rateGigabits())
        .build();
  }

  private static io.coxswain.v1.OperatingSystem os(OperatingSystem os) {
    return io.coxswain.v1.OperatingSystem.newBuilder()
        .setId(os.id())
        .setVersion(os.version())
        .setKernel(os.kernel())
        .setArchitecture(os.architecture())
        .build();
  }

  private static io.coxswain.v1.CgroupFacts cgroups(CgroupFacts cgroups) {
    return io.coxswain.v1.CgroupFacts.newBuilder()
        .setVersion(cgroups.version())
        .setWritable(cgroups.isWritable())
        .build();
  }

  private static io.coxswain.v1.SlurmFacts slurm(SlurmFacts slurm) {
    var facts = io.coxswain.v1.SlurmFacts.newBuilder().setVersion(slurm.version());
    slurm
        .layout()
        .ifPresent(
            layout ->
                facts
                    .setCpus(layout.cpus())
                    .setBoards(layout.boards())
                    .setSocketsPerBoard(layout.socketsPerBoard())
                    .setCoresPerSocket(layout.coresPerSocket())
                    .setThreadsPerCore(layout.threadsPerCore())
                    .setRealMemoryMib(layout.realMemoryMib()));
    return facts.build();
  }

  private static io.coxswain.v1.MpiFacts mpi(MpiFacts mpi) {
    return io.coxswain.v1.MpiFacts.newBuilder()
        .setOpenMpiVersion(mpi.openMpiVersion())
        .setPmixLoadable(mpi.isPmixLoadable())
        .build();
  }

  private static io.coxswain.v1.SlurmCluster cluster(SlurmCluster cluster) {
    var wire = io.coxswain.v1.SlurmCluster.newBuilder().setClusterId(cluster.id());
    switch (cluster) {
      case SlurmCluster.Unreachable(var _, String error) ->
          wire.setReachable(false).setError(error);
      case SlurmCluster.Reachable(var _, List<SlurmNode> nodes, List<SlurmJob> jobs) -> {
        wire.setReachable(true);
        nodes.forEach(node -> wire.addNodes(node(node)));
        jobs.forEach(job -> wire.addJobs(job(job)));
      }
    }
    return wire.build();
  }

  private static io.coxswain.v1.SlurmNode node(SlurmNode node) {
    return io.coxswain.v1.SlurmNode.newBuilder()
        .setName(node.name())
        .setState(node.state())
        .setReason(node.reason())
        .setGres(node.gres())
        .build();
  }

  private static io.coxswain.v1.SlurmJob job(SlurmJob job) {
    return io.coxswain.v1.SlurmJob.newBuilder()
        .setId((int) job.id())
        .setUser(job.user())
        .setName(job.name())
        .setState(job.state())
        .addAllNodes(job.nodes())
        .build();
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.slurm.Confinement;
import io.coxswain.controller.slurm.NodeOptions;
import io.coxswain.controller.slurm.SlurmSettings;
import io.coxswain.controller.slurm.SlurmVersion;
import io.coxswain.controller.spec.ClusterSpec;
import java.util.List;
import java.util.OptionalInt;

/** A cluster's Slurm settings from what was settled of its machines. */
final class Settings {
  private Settings() {}

  static SlurmSettings of(ClusterSpec spec, Instance jumphost, List<Instance> workers) {
    Confinement confinement =
        workers.stream()
            .map(
                worker ->
                    Confinement.of(worker.settled().canConfine(), worker.settled().cgroupVersion()))
            .reduce(Confinement.CGROUP, Confinement::and);
    OptionalInt memory =
        workers.stream()
            .filter(worker -> !worker.settled().nodeOptions().isEmpty())
            .mapToInt(worker -> NodeOptions.parse(worker.settled().nodeOptions()).memoryPerCpuMib())
            .min();
    return new SlurmSettings(
        spec.id(),
        new SlurmSettings.Jumphost(
            hostName(spec, jumphost, workers), jumphost.settled().address(), spec.slurmctldPort()),
        SlurmVersion.parse(jumphost.settled().slurmVersion()),
        confinement,
        spec.pools(),
        workers.stream()
            .map(
                worker ->
                    new SlurmSettings.Worker(
                        worker.name(), worker.pool(), worker.settled().gpuMinors()))
            .toList(),
        SlurmSettings.headroom(Math.max(spec.largest(), workers.size())),
        memory);
  }

  /** A machine that is a node besides is called as that. */
  private static String hostName(ClusterSpec spec, Instance jumphost, List<Instance> workers) {
    return workers.stream()
        .filter(worker -> worker.machineId().equals(jumphost.machineId()))
        .map(Instance::name)
        .findFirst()
        .orElse(spec.jumphost());
  }
}

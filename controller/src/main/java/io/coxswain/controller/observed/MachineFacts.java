package io.coxswain.controller.observed;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What planning needs of an agent's newest report.
 *
 * @param address where other machines reach it
 * @param hostName the kernel's host name at the time of the report
 * @param slurm empty when Slurm is not installed
 * @param openMpi version; empty when not installed
 * @param slurmClusters what its slurmctlds say, on a jumphost
 * @param driver empty where the agent looks at no driver: on a jumphost, or without GPUs
 */
public record MachineFacts(
    Instant at,
    String address,
    String hostName,
    String osId,
    String osVersion,
    long memoryBytes,
    int cpuThreads,
    Reading<Gpus> gpus,
    int pciGpus,
    Cgroups cgroups,
    Optional<Slurm> slurm,
    String openMpi,
    boolean isPmixLoadable,
    List<SlurmCluster> slurmClusters,
    String bootId,
    Judged judged,
    Optional<DriverStack> driver) {

  public MachineFacts {
    slurmClusters = List.copyOf(slurmClusters);
  }

  /**
   * What the machine's health policy says.
   *
   * @param checks how many were made; 0 when no policy has run, and then nothing is known
   * @param verdicts all but those that pass
   */
  public record Judged(int checks, List<Verdict> verdicts) {
    public static final Judged NOT = new Judged(0, List.of());

    public Judged {
      verdicts = List.copyOf(verdicts);
    }

    /** Those for which the machine's node should take no further job. */
    public List<Verdict> draining() {
      return verdicts.stream()
          .filter(Verdict::isDraining)
          .filter(verdict -> verdict.suppressed().isEmpty())
          .toList();
    }
  }

  /** GPUs that answered; {@code minors} are the N of /dev/nvidiaN, in bus order. */
  public record Gpus(String model, List<Integer> minors, String driverVersion) {
    public Gpus {
      minors = List.copyOf(minors);
    }

    public int count() {
      return minors.size();
    }
  }

  /** Version 0 when no cgroup file system is mounted. */
  public record Cgroups(int version, boolean isWritable) {}

  /** What {@code slurmd -C} says. */
  public record Slurm(
      String version,
      int cpus,
      int boards,
      int socketsPerBoard,
      int coresPerSocket,
      int threadsPerCore,
      long realMemoryMib) {}

  /**
   * What one slurmctld says; when not reachable, {@code error} tells why and the lists are empty.
   */
  public record SlurmCluster(
      String clusterId, boolean isReachable, String error, List<Node> nodes, List<Job> jobs) {
    public record Node(String name, String state, String reason, String gres) {}

    public record Job(long id, String user, String name, String state, List<String> nodes) {}
  }

  public Optional<SlurmCluster> slurmCluster(String clusterId) {
    return slurmClusters.stream()
        .filter(cluster -> cluster.clusterId().equals(clusterId))
        .findFirst();
  }
}

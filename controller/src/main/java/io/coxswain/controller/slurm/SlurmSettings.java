package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * All that a cluster's Slurm configuration is made of. Equal settings give equal files.
 *
 * @param version of slurmctld; that of slurmd is the same or older, within Slurm's window
 * @param pools its partitions, the default one first
 * @param workers in any order; their order does not change the files
 * @param maxNodes how many nodes may join without a restart of slurmctld; see {@link #headroom}
 * @param memoryPerCpuMib memory of a job that asks for none, for each of its CPUs; empty while no
 *     worker was measured
 */
public record SlurmSettings(
    ClusterId cluster,
    Jumphost jumphost,
    SlurmVersion version,
    Confinement confinement,
    List<Nodepool> pools,
    List<Worker> workers,
    int maxNodes,
    OptionalInt memoryPerCpuMib) {

  private static final int LEAST_HEADROOM = 64;

  public SlurmSettings {
    if (!version.isSupported()) {
      throw new IllegalArgumentException(
          "slurm version: " + version + " (expected: at least " + SlurmVersion.OLDEST + ")");
    }
    if (maxNodes < workers.size()) {
      throw new IllegalArgumentException(
          "max nodes: " + maxNodes + " (expected: at least the " + workers.size() + " workers)");
    }
    pools = List.copyOf(pools);
    workers = workers.stream().sorted(Comparator.comparing(Worker::instance)).toList();
  }

  /**
   * Where slurmctld runs.
   *
   * @param hostName the kernel's short host name there: slurmctld refuses to start where
   *     SlurmctldHost names another
   * @param address where workers reach it
   */
  public record Jumphost(String hostName, String address, int slurmctldPort) {
    /**
     * Host and port for slurmd; the host name where an IPv6 address would be taken for one with a
     * port.
     */
    String server() {
      return (address.contains(":") ? hostName : address) + ":" + slurmctldPort;
    }
  }

  /**
   * A node.
   *
   * @param pool name of its nodepool
   * @param gpuMinors the N of the /dev/nvidiaN that belong to the shape, in bus order
   */
  public record Worker(String instance, String pool, List<Integer> gpuMinors) {
    public Worker {
      gpuMinors = List.copyOf(gpuMinors);
    }
  }

  /**
   * Slots to prepare for a cluster of a size: powers of two from twice the size, so that few
   * resizes need a restart.
   */
  public static int headroom(int size) {
    return Math.max(LEAST_HEADROOM, Integer.highestOneBit(Math.max(1, 2 * size - 1)) * 2);
  }

  /**
   * The feature by which a partition's nodes are found when they join: {@code c_7f3a_main}. With
   * the cluster in it, a node that was left over from another cluster would find no partition.
   */
  public static String feature(ClusterId cluster, String pool) {
    Nodepool.requireName(pool);
    return (cluster.value() + "_" + pool).replace('-', '_');
  }

  /** Where jobs go that name no partition. */
  Nodepool mainPool() {
    return pools.stream().filter(pool -> !pool.isEnding()).findFirst().orElseGet(pools::getFirst);
  }

  boolean hasGpus() {
    return pools.stream().anyMatch(pool -> pool.shape().hasGpus());
  }

  /** The shape of the pool of that name. */
  Shape shape(String pool) {
    return pools.stream()
        .filter(each -> each.name().equals(pool))
        .map(Nodepool::shape)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nodepool: '" + pool + "' (expected: one of the cluster's)"));
  }

  public ClusterPaths paths() {
    return new ClusterPaths(cluster);
  }
}

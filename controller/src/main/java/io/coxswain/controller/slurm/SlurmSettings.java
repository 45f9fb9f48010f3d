package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * All that a cluster's Slurm configuration is made of. Equal settings give equal files.
 *
 * @param version of slurmctld; that of slurmd is the same or older, within Slurm's window
 * @param partition name of its partition
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
    Shape shape,
    String partition,
    List<Worker> workers,
    int maxNodes,
    OptionalInt memoryPerCpuMib) {

  /** The name of a cluster's partition where nobody chose one. */
  public static final String PARTITION = "main";

  private static final Pattern PARTITION_NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
  private static final int LEAST_HEADROOM = 64;

  public SlurmSettings {
    if (!version.isSupported()) {
      throw new IllegalArgumentException(
          "slurm version: " + version + " (expected: at least " + SlurmVersion.OLDEST + ")");
    }
    requirePartition(partition);
    if (maxNodes < workers.size()) {
      throw new IllegalArgumentException(
          "max nodes: " + maxNodes + " (expected: at least the " + workers.size() + " workers)");
    }
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
   * @param gpuMinors the N of the /dev/nvidiaN that belong to the shape, in bus order
   */
  public record Worker(String instance, List<Integer> gpuMinors) {
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
  public static String feature(ClusterId cluster, String partition) {
    requirePartition(partition);
    return cluster.value().replace('-', '_') + "_" + partition;
  }

  public String feature() {
    return feature(cluster, partition);
  }

  public ClusterPaths paths() {
    return new ClusterPaths(cluster);
  }

  private static void requirePartition(String partition) {
    if (!PARTITION_NAME.matcher(partition).matches()) {
      throw new IllegalArgumentException(
          "partition: '" + partition + "' (expected: ^[a-z][a-z0-9_]{0,30}$)");
    }
  }
}

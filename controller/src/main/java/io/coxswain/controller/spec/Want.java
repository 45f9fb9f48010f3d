package io.coxswain.controller.spec;

import java.util.List;
import java.util.Optional;

/**
 * One thing that should be true of a machine; the agent has a step for each. The contract's {@code
 * Step} says what each means.
 */
public sealed interface Want {
  record HostName(String name) implements Want {}

  record Hosts(List<Entry> entries) implements Want {
    public record Entry(String address, List<String> names) {}
  }

  record User(String name, int uid, int gid, String home, String shell, List<String> authorizedKeys)
      implements Want {}

  record Packages(List<String> names) implements Want {}

  record File(String path, String content, int mode, String owner, String group) implements Want {}

  /** A file whose content is never shown; {@code toString} keeps it back. */
  record SecretFile(String path, Secret content, int mode, String owner, String group)
      implements Want {}

  record Directory(String path, int mode, String owner, String group) implements Want {}

  record Link(String path, String target) implements Want {}

  record Unit(String name, List<String> restartOn, List<String> reloadOn) implements Want {}

  record MpiProgram(String path, String source) implements Want {}

  record NodesReady(ClusterId cluster, List<String> nodes) implements Want {}

  record NodeGone(ClusterId cluster, String node) implements Want {}

  record NodeDrained(ClusterId cluster, String node, String reason) implements Want {}

  /**
   * No jobs, by the intent to destroy; with the intent to run, nothing keeps jobs from starting.
   */
  record Quiesced(ClusterId cluster, ClusterSpec.Intent jobs) implements Want {}

  /**
   * What passed is not run again for equal values; {@code proof} differs where another proof is
   * wanted under the same names.
   */
  record MpiCheck(
      ClusterId cluster,
      List<String> nodes,
      String partition,
      int ranksPerNode,
      int gpusPerNode,
      String program,
      String user,
      String mpi,
      String proof)
      implements Want {}

  /** The machine booted once for this id. */
  record Rebooted(String id) implements Want {}

  /** The GPU was reset once for this id. */
  record GpuReset(String id, String pciBusId) implements Want {}

  /** The node was tested alone and stays drained; {@code proof} names the test. */
  record NodeRetested(
      ClusterId cluster,
      String node,
      String partition,
      int ranks,
      int gpus,
      String program,
      String user,
      String mpi,
      String proof)
      implements Want {}

  /** The idle ones of the nodes were measured once for the id. */
  record NodesMeasured(
      ClusterId cluster,
      List<String> nodes,
      String partition,
      int gpus,
      String pairwise,
      String runtool,
      String user,
      String mpi,
      String id)
      implements Want {}

  /** Nothing stands against the installation of the driver. */
  record DriverFit(DriverSet driver) implements Want {}

  /** Packages and files are in place; what was before is kept under the id. */
  record DriverInstalled(String id, DriverSet driver) implements Want {}

  /** What is installed runs; the machine reboots once for the id where it must and may. */
  record DriverLoaded(
      String id, String versionPrefix, Optional<DriverSet.Flavour> flavour, boolean mayReboot)
      implements Want {}

  /**
   * What was before the bundle of the wish that is undone is back, once for the id; of the last one
   * where none is named.
   */
  record DriverRestored(String id, String undoes) implements Want {}

  /** The CDI specification is of the driver of now. */
  record CdiSpecification() implements Want {}

  /** The machine's agent has forgotten the fault, once for the id; no subject: of all. */
  record HealthCleared(String id, String check, String subject) implements Want {}

  record ProcessesAbsent(String user, int uid) implements Want {}

  record UserAbsent(String name, int uid, String home) implements Want {}

  record PathAbsent(String path, boolean isRecursive) implements Want {}

  record UnitAbsent(String name) implements Want {}

  /** The machine's power was brought to it by its BMC and read back, once for this id. */
  record Powered(
      String id, String machine, Bmc bmc, Secret password, PowerDeed deed, boolean isForced)
      implements Want {}

  /** The machine itself was shut down once for this id. */
  record PoweredOff(String id) implements Want {}

  /** The volume is mounted, and a file proved it; the contract has the details. */
  record VolumeMounted(
      ClusterId cluster,
      String volume,
      String what,
      String fileSystem,
      String where,
      String options,
      VolumeType.MountProgram helper,
      String proof,
      String user,
      boolean isReadOnly,
      String directoryOwner,
      int directoryMode,
      boolean isNetwork)
      implements Want {}

  /** No volume of the cluster of that name is mounted; without a name, none. */
  record VolumeUnmounted(ClusterId cluster, String volume, Policy policy) implements Want {
    /** What is done while files are open. */
    public enum Policy {
      /** They are named, and nothing is changed. */
      LOOK,
      REFUSE,
      FORCE
    }
  }

  /** The image is unpacked on the machine's own disk. */
  record ImageLoaded(String digest, ImageFormat format, long sizeBytes) implements Want {}

  /** What Slurm's plugin reads of the cluster's container. */
  record ContainerMade(ClusterId cluster, String digest, List<Bind> binds) implements Want {
    /** What is seen of the machine; a directory unless it is a file. */
    public record Bind(String source, String target, boolean isReadOnly, boolean isFile) {}
  }

  /** The plugin is compiled for the machine's Slurm. */
  record SlurmPlugin(String path, String source) implements Want {}

  /** A file was written and read there, once for the id. */
  record VolumeMeasured(String id, String volume, String where, String user, int sizeMib)
      implements Want {}

  /**
   * The cluster's slurmctld has these slots of power saving, and none beside them that is empty;
   * the contract has the details.
   */
  record ElasticNodes(ClusterId cluster, List<Slot> slots, List<String> kept) implements Want {
    public ElasticNodes {
      slots = List.copyOf(slots);
      kept = List.copyOf(kept);
    }

    /**
     * A node that may have no machine yet.
     *
     * @param gres {@code gpu:h200:8}; empty for none
     */
    public record Slot(
        String name,
        String feature,
        String gres,
        int cpus,
        int boards,
        int socketsPerBoard,
        int coresPerSocket,
        int threadsPerCore,
        long realMemoryMib) {}
  }

  /**
   * slurmctld does not wait for a machine for the slot: its jobs are requeued. While it is wanted,
   * every resume is refused.
   */
  record ResumeRefused(ClusterId cluster, String node, String reason) implements Want {}
}

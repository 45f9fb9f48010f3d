package io.coxswain.controller.slurm;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.spec.Want.ElasticNodes.Slot;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * A slot of an elastic nodepool as slurmctld is told of it before there is a machine. What comes
 * later must have at least this, or slurmctld refuses it: so it is described by the least of the
 * machines that fit.
 */
public final class CloudNode {
  /**
   * On a worker that joins as such a slot: {@link #JOINS} stands in it from before slurmd's start
   * until slurmctld has it. Outside the directories that the agent's own unit empties.
   */
  public static final String JOINS_FILE = "/run/coxswain-slurmd-joins";

  /**
   * The environment of slurmd while it joins. {@code -b} has it report that the machine has just
   * booted (slurmd(8)): slurmctld waits for a boot later than its request, and a machine of the
   * pool has been up for long. Said once more after it has joined, it would be taken for a crash:
   * the node DOWN, "Node unexpectedly rebooted", its jobs killed.
   */
  public static final String JOINS = "COX_JOINS=-b\n";

  private CloudNode() {}

  /**
   * What the slots of a pool can promise, of machines of the same shape: that with the fewest CPUs
   * and, of those, with the least memory. Empty where none was measured.
   */
  public static Optional<NodeOptions> least(
      Collection<MachineFacts.Slurm> measured, Shape shape, String feature) {
    return measured.stream()
        .map(machine -> NodeOptions.of(machine, shape, feature))
        .min(
            Comparator.comparingInt(NodeOptions::cpus)
                .thenComparingLong(NodeOptions::realMemoryMib));
  }

  /**
   * Of machines that Slurm was never on, by what their kernels say. Sockets are not known: all CPUs
   * count as cores of one, which any that have as many satisfy.
   */
  public static Optional<NodeOptions> leastUnmeasured(
      Collection<MachineFacts> machines, Shape shape, String feature) {
    return least(
        machines.stream()
            .filter(facts -> facts.cpuThreads() > 0)
            .map(
                facts ->
                    new MachineFacts.Slurm(
                        "",
                        facts.cpuThreads(),
                        1,
                        1,
                        facts.cpuThreads(),
                        1,
                        facts.memoryBytes() >> 20))
            .toList(),
        shape,
        feature);
  }

  /** The slot of that name. */
  public static Slot slot(String name, NodeOptions options) {
    return new Slot(
        name,
        options.feature(),
        options.gres(),
        options.cpus(),
        options.boards(),
        options.socketsPerBoard(),
        options.coresPerSocket(),
        options.threadsPerCore(),
        options.realMemoryMib());
  }

  /**
   * Whether a machine can be the slot, by what slurmctld compares when it registers (22.05 to
   * 25.11, validate_node_specs: CPUs, sockets times cores times threads, memory).
   */
  public static boolean fits(MachineFacts.Slurm measured, Slot slot) {
    int cores = measured.boards() * measured.socketsPerBoard() * measured.coresPerSocket();
    int wanted = slot.boards() * slot.socketsPerBoard() * slot.coresPerSocket();
    return measured.cpus() >= slot.cpus()
        && cores * measured.threadsPerCore() >= wanted * slot.threadsPerCore()
        && measured.realMemoryMib() >= slot.realMemoryMib();
  }
}

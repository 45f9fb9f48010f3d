package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The node takes no jobs and has none left. A drain that somebody else set serves as well and keeps
 * its reason; a node that slurmctld does not know has no jobs.
 */
public record DrainSlurmNode(String clusterId, String node, String reason) implements Step {
  // Jobs may take as long as they want.
  private static final Duration PATIENCE = Duration.ofDays(365);

  @Override
  public Check check(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    if (slurm.isTakenDown()) {
      return new Check.InSync();
    }
    Optional<SlurmNode> known = Optional.ofNullable(slurm.nodes(List.of(node)).get(node));
    if (known.isEmpty()) {
      return new Check.InSync();
    }
    // Slurm's own word for it tells less than ours; anybody else's stays.
    boolean isSlurms = known.get().mayResume() && !known.get().reason().startsWith(SlurmNode.OURS);
    if (!known.get().isDrained() || isSlurms) {
      return Check.Drift.of(node + ": drain, " + SlurmNode.OURS + reason);
    }
    return known.get().isBusy()
        ? new Check.Pending(node + " is drained; its jobs still run", PATIENCE)
        : new Check.InSync();
  }

  @Override
  public void apply(Host host) {
    new Slurm(host, clusterId).drain(node, reason);
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.util.List;

/** The cluster's slurmctld does not know the node any more. */
public record DeleteSlurmNode(String clusterId, String node) implements Step {
  @Override
  public Check check(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    boolean gone = slurm.isTakenDown() || slurm.nodes(List.of(node)).isEmpty();
    return gone ? new Check.InSync() : Check.Drift.of(node + ": delete from " + clusterId);
  }

  @Override
  public void apply(Host host) {
    new Slurm(host, clusterId).delete(node);
  }
}

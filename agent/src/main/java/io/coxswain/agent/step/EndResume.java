package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.util.List;
import java.util.Optional;

/**
 * slurmctld does not wait for a machine for the slot. Its jobs are requeued at once, in place of
 * after ResumeTimeout, and the slot can be asked for again after SuspendTimeout. A machine that
 * came in the meantime is left alone.
 *
 * @param reason shown by Slurm; our prefix is put before it
 */
public record EndResume(String clusterId, String node, String reason) implements Step {
  @Override
  public Check check(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    return isAwaited(slurm)
        ? Check.Drift.of(node + ": end its resume, " + SlurmNode.OURS + reason)
        : new Check.InSync();
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    // Its machine may have come since the check: then its jobs run.
    if (isAwaited(slurm)) {
      slurm.powerDownAtOnce(node, reason);
    }
  }

  private boolean isAwaited(Slurm slurm) {
    return !slurm.isTakenDown()
        && Optional.ofNullable(slurm.nodes(List.of(node)).get(node))
            .filter(SlurmNode::isResuming)
            .isPresent();
  }
}

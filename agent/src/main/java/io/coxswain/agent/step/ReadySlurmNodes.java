package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The cluster's slurmctld knows the nodes, they respond, and neither we nor Slurm keeps them from
 * jobs. A node that a person drained or took down counts as ready: it is theirs, and only they give
 * it back.
 */
public record ReadySlurmNodes(String clusterId, List<String> nodes) implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  public ReadySlurmNodes {
    nodes = List.copyOf(nodes);
  }

  @Override
  public Check check(Host host) {
    Map<String, SlurmNode> known;
    try {
      known = new Slurm(host, clusterId).nodes(nodes);
    } catch (HostException e) {
      // slurmctld starts, or restarts with a new configuration.
      String last = e.tail().isEmpty() ? e.getMessage() : e.tail().getLast();
      return new Check.Pending("slurmctld of " + clusterId + " does not answer: " + last, PATIENCE);
    }
    List<String> changes = new ArrayList<>();
    List<String> waiting = new ArrayList<>();
    for (String name : nodes) {
      SlurmNode node = known.get(name);
      if (node == null) {
        waiting.add(name + " has not registered");
      } else if (node.isRefused()) {
        waiting.add(name + " is refused: " + node.reason());
      } else if (!node.isResponding()) {
        waiting.add(name + " does not respond");
      } else if ((node.isDrained() || node.isDown()) && node.mayResume()) {
        changes.add(name + ": resume, was " + node.reason());
      }
    }
    if (!changes.isEmpty()) {
      return new Check.Drift(changes);
    }
    return waiting.isEmpty()
        ? new Check.InSync()
        : new Check.Pending(String.join("; ", waiting), PATIENCE);
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    for (SlurmNode node : slurm.nodes(nodes).values()) {
      boolean kept = node.isDrained() || node.isDown();
      if (kept && node.isResponding() && !node.isRefused() && node.mayResume()) {
        slurm.resume(node.name());
      }
    }
  }
}

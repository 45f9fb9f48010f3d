package io.coxswain.agent.report;

import java.util.List;

/** What one slurmctld of this machine says of its nodes and jobs, or why it says nothing. */
public sealed interface SlurmCluster {
  String id();

  /** It answered. */
  record Reachable(String id, List<SlurmNode> nodes, List<SlurmJob> jobs) implements SlurmCluster {
    public Reachable {
      nodes = List.copyOf(nodes);
      jobs = List.copyOf(jobs);
    }
  }

  /** It did not answer, or not in words that we know: nothing is known of its nodes and jobs. */
  record Unreachable(String id, String error) implements SlurmCluster {}
}

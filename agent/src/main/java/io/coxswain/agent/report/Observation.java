package io.coxswain.agent.report;

import java.time.Instant;
import java.util.List;

/**
 * What the probe saw of one machine. Each fact stands for itself: one that could not be read does
 * not hide the others.
 *
 * @param slurmClusters one per slurmctld that this machine runs; only a jumphost has any
 */
public record Observation(
    Instant observedAt,
    MachineIdentity machine,
    Hardware hardware,
    Software software,
    List<SlurmCluster> slurmClusters) {
  public Observation {
    slurmClusters = List.copyOf(slurmClusters);
  }
}

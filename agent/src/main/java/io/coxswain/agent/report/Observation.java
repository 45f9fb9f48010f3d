package io.coxswain.agent.report;

import java.time.Instant;
import java.util.List;

/**
 * What the probe saw of one machine. Each fact stands for itself: one that could not be read does
 * not hide the others.
 *
 * @param slurmClusters one per slurmctld that this machine runs; only a jumphost has any
 * @param judgement what the machine's own health policy says of it
 */
public record Observation(
    Instant observedAt,
    MachineIdentity machine,
    Hardware hardware,
    Software software,
    List<SlurmCluster> slurmClusters,
    Judgement judgement) {
  public Observation {
    slurmClusters = List.copyOf(slurmClusters);
  }

  /** One that nobody has judged. */
  public Observation(
      Instant observedAt,
      MachineIdentity machine,
      Hardware hardware,
      Software software,
      List<SlurmCluster> slurmClusters) {
    this(observedAt, machine, hardware, software, slurmClusters, Judgement.NONE);
  }

  public Observation with(Judgement judged) {
    return new Observation(observedAt, machine, hardware, software, slurmClusters, judged);
  }
}

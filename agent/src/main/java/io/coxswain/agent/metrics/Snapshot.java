package io.coxswain.agent.metrics;

import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Judgement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that one page is made of.
 *
 * @param hardware the last round; empty before the first
 * @param jobs Slurm's job by its number of the GPU, see {@link GpuJobs}
 */
record Snapshot(
    Instant now,
    String hostName,
    String hostnameLabel,
    Optional<Hardware> hardware,
    NodeSample node,
    Judgement judgement,
    Map<Integer, String> jobs,
    Standing standing) {
  Snapshot {
    jobs = Map.copyOf(jobs);
  }
}

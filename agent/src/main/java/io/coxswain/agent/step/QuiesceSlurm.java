package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Units.Active;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * No job of the cluster runs or waits, and, unless jobs are ended by force, none starts any more.
 */
public record QuiesceSlurm(String clusterId, Policy policy) implements Step {
  private static final Duration UNTIL_JOBS_END = Duration.ofDays(365);
  private static final Duration UNTIL_CANCELLED = Duration.ofMinutes(2);
  private static final String REASON = "the cluster is being destroyed";
  private static final int SHOWN_JOBS = 10;

  /** What to do about jobs that are there. */
  public enum Policy {
    /**
     * Nothing: the step is blocked and names them. Without any, nodes are drained, so that none
     * comes between.
     */
    REFUSE,
    /** Waiting jobs are cancelled, nodes drained, and running jobs awaited. */
    DRAIN,
    /** All are cancelled. */
    CANCEL
  }

  @Override
  public Check check(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    // A slurmctld that is broken must not keep a cluster whose jobs are to be ended anyway: the
    // workers end their processes.
    boolean dead = host.units().state(slurm.unit()).active() != Active.ACTIVE;
    if (slurm.isTakenDown() || (policy == Policy.CANCEL && dead)) {
      return new Check.InSync();
    }
    List<SlurmJob> jobs = slurm.jobs();
    List<SlurmJob> waiting = jobs.stream().filter(SlurmJob::isWaiting).toList();
    List<SlurmJob> live = jobs.stream().filter(job -> !job.isCompleting()).toList();
    if (jobs.isEmpty()) {
      return policy == Policy.CANCEL ? new Check.InSync() : Check.Drift.of(drains(slurm));
    }
    return switch (policy) {
      case REFUSE -> new Check.Blocked("jobs: " + names(jobs) + " (expected: none)");
      case CANCEL ->
          live.isEmpty()
              ? new Check.Pending("jobs end: " + names(jobs), UNTIL_CANCELLED)
              : Check.Drift.of("cancel jobs: " + names(live));
      case DRAIN -> {
        List<String> changes = new ArrayList<>();
        if (!waiting.isEmpty()) {
          changes.add("cancel waiting jobs: " + names(waiting));
        }
        changes.addAll(drains(slurm));
        yield changes.isEmpty()
            ? new Check.Pending("jobs still run: " + names(jobs), UNTIL_JOBS_END)
            : new Check.Drift(changes);
      }
    };
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    List<SlurmJob> jobs = slurm.jobs();
    switch (policy) {
      case REFUSE -> {
        // Without jobs only: a job that starts meanwhile is let run, and blocks.
        if (jobs.isEmpty()) {
          undrained(slurm).forEach(node -> slurm.drain(node.name(), REASON));
        }
      }
      case CANCEL -> slurm.cancel(jobs.stream().filter(job -> !job.isCompleting()).toList());
      case DRAIN -> {
        undrained(slurm).forEach(node -> slurm.drain(node.name(), REASON));
        slurm.cancel(jobs.stream().filter(SlurmJob::isWaiting).toList());
      }
    }
  }

  private static List<String> drains(Slurm slurm) {
    return undrained(slurm).stream().map(node -> node.name() + ": drain").toList();
  }

  private static List<SlurmNode> undrained(Slurm slurm) {
    return slurm.nodes().stream().filter(node -> !node.isDrained()).toList();
  }

  private static String names(List<SlurmJob> jobs) {
    String names =
        jobs.stream().limit(SHOWN_JOBS).map(SlurmJob::toString).collect(Collectors.joining(", "));
    return jobs.size() <= SHOWN_JOBS
        ? names
        : names + " and " + (jobs.size() - SHOWN_JOBS) + " more";
  }

  @Override
  public Disruption disruption() {
    return policy == Policy.CANCEL ? Disruption.ENDS_JOBS : Disruption.NONE;
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Units.Active;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * No job of the cluster runs or waits, and slurmctld is down, so that none starts any more; or,
 * when an end was refused, jobs may start again.
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
     * comes between; where one came all the same, they are undrained again.
     */
    REFUSE,
    /** Waiting jobs are cancelled, nodes drained, and running jobs awaited. */
    DRAIN,
    /** All are cancelled. */
    CANCEL,
    /** They may start: no node stays drained by this step. */
    LET_RUN
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
    if (policy == Policy.LET_RUN) {
      return Check.Drift.of(undrains(slurm));
    }
    List<SlurmJob> jobs = ofPeople(slurm.jobs());
    List<SlurmJob> waiting = jobs.stream().filter(SlurmJob::isWaiting).toList();
    List<SlurmJob> live = jobs.stream().filter(job -> !job.isCompleting()).toList();
    if (jobs.isEmpty()) {
      // A node that registers late would still take jobs: drains alone do not end them.
      List<String> changes = new ArrayList<>(policy == Policy.CANCEL ? List.of() : drains(slurm));
      changes.add("stop slurmctld");
      return new Check.Drift(changes);
    }
    return switch (policy) {
      case REFUSE -> refusal(slurm, jobs);
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
      case LET_RUN -> throw new IllegalStateException("LET_RUN looks at no job");
    };
  }

  private static Check refusal(Slurm slurm, List<SlurmJob> jobs) {
    List<String> undrains = undrains(slurm);
    return undrains.isEmpty()
        ? new Check.Blocked("jobs: " + names(jobs) + " (expected: none)")
        : new Check.Drift(undrains);
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    if (policy == Policy.LET_RUN) {
      letRun(slurm);
      return;
    }
    if (slurm.isTakenDown()) {
      return;
    }
    List<SlurmJob> all = slurm.jobs();
    slurm.cancel(all.stream().filter(job -> job.isTest(clusterId) && !job.isCompleting()).toList());
    List<SlurmJob> jobs = ofPeople(all);
    if (policy == Policy.DRAIN || (policy == Policy.REFUSE && jobs.isEmpty())) {
      undrained(slurm).forEach(node -> slurm.drain(node.name(), REASON));
    }
    if (policy == Policy.DRAIN) {
      slurm.cancel(jobs.stream().filter(SlurmJob::isWaiting).toList());
    }
    if (policy == Policy.CANCEL) {
      slurm.cancel(jobs.stream().filter(job -> !job.isCompleting()).toList());
    }
    if (ofPeople(slurm.jobs()).isEmpty()) {
      new RemoveUnit(slurm.unit()).apply(host);
    } else if (policy == Policy.REFUSE) {
      // A job that started before its node was drained is let run, and others after it.
      letRun(slurm);
    }
  }

  // A test of ours is ended with the cluster, and is no reason to keep it.
  private List<SlurmJob> ofPeople(List<SlurmJob> jobs) {
    return jobs.stream().filter(job -> !job.isTest(clusterId)).toList();
  }

  private static List<String> drains(Slurm slurm) {
    return undrained(slurm).stream().map(node -> node.name() + ": drain").toList();
  }

  private static List<SlurmNode> undrained(Slurm slurm) {
    return slurm.nodes().stream().filter(node -> !node.isDrained()).toList();
  }

  private static void letRun(Slurm slurm) {
    drainedHere(slurm).forEach(node -> slurm.undrain(node.name()));
  }

  private static List<String> undrains(Slurm slurm) {
    return drainedHere(slurm).stream().map(node -> node.name() + ": undrain").toList();
  }

  // By the whole reason: a drain for something else, ours or a person's, is none of this step's.
  private static List<SlurmNode> drainedHere(Slurm slurm) {
    return slurm.nodes().stream()
        .filter(node -> node.isDrained() && node.reason().equals(SlurmNode.OURS + REASON))
        .toList();
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

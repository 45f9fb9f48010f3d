package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The idle ones of the nodes were measured once for this id, in a reservation that Slurm grants
 * only while no job runs there, and in which none of others starts. What is not idle is skipped and
 * named. A test that fails on a node is a result too: the step fails only where Slurm itself does
 * not do as it is told.
 *
 * @param partition that all of the nodes are in; empty: Slurm's default
 */
public record MeasureSlurmNodes(
    String clusterId,
    List<String> nodes,
    String partition,
    int gpus,
    String pairwise,
    String runtool,
    String user,
    String mpi,
    String id)
    implements Step {
  // A job may start between the look and the reservation, and another after the next look.
  private static final int LOOKS = 3;
  // All parts at their deadlines, and some.
  private static final Duration PATIENCE = Duration.ofMinutes(45);

  public MeasureSlurmNodes {
    nodes = List.copyOf(nodes);
  }

  @Override
  public Check check(Host host) {
    // In this order: what ends between the two looks has left its evidence.
    if (host.background().isOnItsWay(task())) {
      return new Check.Pending("the tests run", PATIENCE);
    }
    return evidence(host).isPresent()
        ? new Check.InSync()
        : Check.Drift.of("measure the idle ones of " + String.join(",", nodes));
  }

  @Override
  public void apply(Host host) {
    host.background().begin(task(), () -> measure(host));
  }

  private void measure(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    TestJob job = new TestJob(host, slurm, user, partition, reservation());
    // What an agent before us began and did not see end.
    job.cancel();
    slurm.unreserve(reservation());
    Map<String, String> skipped = new LinkedHashMap<>();
    List<String> idle = reserve(slurm, skipped);
    List<String> lines = new ArrayList<>();
    try {
      if (!idle.isEmpty()) {
        lines.addAll(new PairTest(job, pairwise, mpi).run(idle));
        lines.addAll(new GpuTest(job, runtool, gpus).run(idle));
      }
    } finally {
      if (!idle.isEmpty()) {
        job.cancel();
        slurm.unreserve(reservation());
      }
    }
    skipped.forEach((node, why) -> lines.add("skipped - " + node + " - " + why));
    // Where the cluster went away meanwhile, nothing of it is made anew.
    if (slurm.isConfigured()) {
      stamp().write(host, id + "\n" + String.join("\n", lines) + "\n");
    }
  }

  @Override
  public Optional<String> evidence(Host host) {
    return stamp()
        .read(host)
        .filter(text -> text.startsWith(id + "\n"))
        .map(text -> text.substring(id.length() + 1).strip());
  }

  /** Reserves what is idle; the others are told with the reason. */
  private List<String> reserve(Slurm slurm, Map<String, String> skipped) {
    String refusal = "";
    for (int look = 0; look < LOOKS; look++) {
      skipped.clear();
      List<String> idle = idle(slurm, skipped);
      if (idle.isEmpty()) {
        return idle;
      }
      Optional<String> refused = slurm.reserveIdle(reservation(), idle, user);
      if (refused.isEmpty()) {
        return idle;
      }
      refusal = refused.get();
    }
    throw new HostException(
        Reason.CHECK_FAILED,
        "reservation of idle nodes of " + clusterId + ": refused " + LOOKS + " times: " + refusal);
  }

  private List<String> idle(Slurm slurm, Map<String, String> skipped) {
    Map<String, SlurmNode> known = slurm.nodes(nodes);
    List<String> idle = new ArrayList<>();
    for (String name : nodes) {
      Optional<String> reason =
          Optional.ofNullable(known.get(name))
              .map(MeasureSlurmNodes::unfit)
              .orElse(Optional.of("slurmctld does not know it"));
      reason.ifPresentOrElse(why -> skipped.put(name, why), () -> idle.add(name));
    }
    return idle;
  }

  /** Why nothing may be run there now; empty when it is idle. */
  private static Optional<String> unfit(SlurmNode node) {
    if (!node.isResponding()) {
      return Optional.of("it does not respond");
    }
    if (node.isDrained() || node.isDown()) {
      return Optional.of(
          (node.isDown() ? "down" : "drained")
              + (node.reason().isEmpty() ? "" : ": " + node.reason()));
    }
    if (node.isBusy()) {
      return Optional.of("jobs run there");
    }
    return node.isReservedByOthers() ? Optional.of("it is reserved") : Optional.empty();
  }

  private String reservation() {
    return TestJob.reservation(clusterId);
  }

  private String task() {
    // One at a time in a cluster: they share the reservation.
    return "measure " + clusterId;
  }

  // One for a cluster, so that tests do not pile up; in its own directory, with which it goes.
  private Stamp stamp() {
    return new Stamp("/etc/coxswain/clusters/" + clusterId + "/checks", "node-test");
  }
}

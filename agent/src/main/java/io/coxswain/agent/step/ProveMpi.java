package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An all-reduce ran through Slurm over exactly these nodes with the right result. Each rank of the
 * program prints one line:
 *
 * <pre>rank=R size=S sum=V host=H gpus=G</pre>
 *
 * R counts from 0, S is the size of the world, V the all-reduced sum of (rank + 1), H the host's
 * name, G the value of CUDA_VISIBLE_DEVICES or {@code -} without one; other lines are ignored. All
 * of it is asserted, because a wrong pairing of MPI and PMI runs S lonely ranks and exits with 0.
 * What passed is remembered for this content of the step, so that converging does not run it again
 * beside users' jobs; a new {@code proof} asks for another one.
 *
 * @param partition that the nodes are in; empty: Slurm's default
 */
public record ProveMpi(
    String clusterId,
    List<String> nodes,
    String partition,
    int ranksPerNode,
    int gpusPerNode,
    String program,
    String user,
    String mpi,
    String proof)
    implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  // The deadline and cleaning up, behind one of another cluster.
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration CLEAN_UP = Duration.ofSeconds(20);
  private static final String JOB = "cox-mpi-check";

  public ProveMpi {
    nodes = List.copyOf(nodes);
  }

  @Override
  public Check check(Host host) {
    String ranks =
        "%d MPI ranks on %s".formatted(nodes.size() * ranksPerNode, String.join(",", nodes));
    // In this order: what ends between the two looks has left its stamp.
    if (host.background().isOnItsWay(toString())) {
      return new Check.Pending(ranks + " run", PATIENCE);
    }
    return stamp().read(host).isPresent() ? new Check.InSync() : Check.Drift.of("run " + ranks);
  }

  @Override
  public void apply(Host host) {
    host.background().begin(toString(), () -> prove(host, Optional.empty()));
  }

  /** Runs the check, in the reservation if one is given. */
  void prove(Host host, Optional<String> reservation) {
    Slurm slurm = new Slurm(host, clusterId);
    // One that an agent before us started and did not see end would hold the nodes.
    cancel(host, slurm);
    long start = host.clock().millis();
    Result result;
    try {
      result = host.commands().run(srun(slurm, reservation));
    } catch (HostException e) {
      cancel(host, slurm);
      throw e;
    }
    List<MpiRank> ranks = MpiRank.parseAll(result.out());
    List<String> faults = faults(result, ranks);
    if (!faults.isEmpty()) {
      throw new HostException(
          Reason.CHECK_FAILED, "MPI check: " + String.join("; ", faults), Output.tail(result));
    }
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "%d ranks on %d nodes, all-reduce sum %d, %d GPUs visible per node, %.1f s"
            .formatted(
                ranks.size(),
                nodes.size(),
                expectedSum(),
                gpusPerNode,
                (host.clock().millis() - start) / 1000.0));
    ranks.stream().sorted().forEach(rank -> evidence.add(rank.toString()));
    // Where the cluster went away meanwhile, nothing of it is made anew.
    if (slurm.isConfigured()) {
      stamp().write(host, String.join("\n", evidence) + "\n");
    }
  }

  @Override
  public Optional<String> evidence(Host host) {
    return stamp().read(host).map(String::strip);
  }

  private Command srun(Slurm slurm, Optional<String> reservation) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "srun",
                "--job-name=" + job(),
                "--nodes=" + nodes.size(),
                "--nodelist=" + String.join(",", nodes),
                "--ntasks=" + nodes.size() * ranksPerNode,
                "--ntasks-per-node=" + ranksPerNode,
                "--mpi=" + mpi,
                "--time=5",
                // Busy nodes are an answer too.
                "--immediate=60",
                "--kill-on-bad-exit=1",
                "--input=none",
                "--chdir=/"));
    if (!partition.isEmpty()) {
      argv.add("--partition=" + partition);
    }
    if (gpusPerNode > 0) {
      argv.add("--gres=gpu:" + gpusPerNode);
    }
    reservation.ifPresent(name -> argv.add("--reservation=" + name));
    argv.add(program);
    Map<String, String> environment = new HashMap<>(slurm.environment());
    // More ranks than cores must not spin, and containers refuse to read each other's memory.
    environment.put("OMPI_MCA_mpi_yield_when_idle", "1");
    environment.put("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    return new Command(argv, DEADLINE, environment, Optional.of(user));
  }

  private void cancel(Host host, Slurm slurm) {
    host.commands()
        .run(
            Command.of(CLEAN_UP, "scancel", "--quiet", "--user=" + user, "--name=" + job())
                .with(slurm.environment()));
  }

  private List<String> faults(Result result, List<MpiRank> ranks) {
    List<String> faults = new ArrayList<>();
    int size = nodes.size() * ranksPerNode;
    if (!result.isSuccess()) {
      faults.add("exit status " + result.status());
    }
    if (ranks.size() != size || ranks.stream().map(MpiRank::rank).distinct().count() != size) {
      faults.add("ranks: %d lines (expected: %d different)".formatted(ranks.size(), size));
    }
    ranks.stream()
        .filter(rank -> rank.size() != size)
        .findFirst()
        .ifPresent(rank -> faults.add("world: %d (expected: %d)".formatted(rank.size(), size)));
    ranks.stream()
        .filter(rank -> rank.sum() != expectedSum())
        .findFirst()
        .ifPresent(
            rank ->
                faults.add("all-reduce: %d (expected: %d)".formatted(rank.sum(), expectedSum())));
    ranks.stream()
        .filter(rank -> rank.gpus() != gpusPerNode)
        .findFirst()
        .ifPresent(
            rank ->
                faults.add(
                    "GPUs visible on %s: %d (expected: %d)"
                        .formatted(rank.host(), rank.gpus(), gpusPerNode)));
    for (String node : nodes) {
      long there = ranks.stream().filter(rank -> rank.host().equals(node)).count();
      if (there != ranksPerNode) {
        faults.add("ranks on %s: %d (expected: %d)".formatted(node, there, ranksPerNode));
      }
    }
    return faults;
  }

  private long expectedSum() {
    long size = (long) nodes.size() * ranksPerNode;
    return size * (size + 1) / 2;
  }

  /** One of its own for each content: two checks of a cluster must not end each other. */
  private String job() {
    return JOB + "-" + Stamp.hash(toString()).substring(0, 8);
  }

  private Stamp stamp() {
    // In the cluster's own directory, with which it goes.
    return new Stamp(
        "/etc/coxswain/clusters/" + clusterId + "/checks", Stamp.hash(toString()).substring(0, 16));
  }
}

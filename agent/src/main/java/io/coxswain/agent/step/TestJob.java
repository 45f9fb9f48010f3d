package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the programs of an active test as Slurm jobs of the cluster's user, in its reservation. */
record TestJob(Host host, Slurm slurm, String user, String partition, String reservation) {
  private static final String JOB = "cox-node-test";
  private static final Duration CLEAN_UP = Duration.ofSeconds(20);

  static String reservation(String clusterId) {
    return "cox-test-" + clusterId;
  }

  /** Runs it to the end or to the deadline, when HostException is thrown and nothing is left. */
  Result run(List<String> nodes, int tasksPerNode, Duration deadline, List<String> more) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "srun",
                "--job-name=" + JOB,
                "--reservation=" + reservation,
                "--nodes=" + nodes.size(),
                "--nodelist=" + String.join(",", nodes),
                "--ntasks=" + nodes.size() * tasksPerNode,
                "--ntasks-per-node=" + tasksPerNode,
                "--time=" + Math.max(1, deadline.toMinutes()),
                "--immediate=60",
                "--input=none",
                "--chdir=/"));
    if (!partition.isEmpty()) {
      argv.add("--partition=" + partition);
    }
    argv.addAll(more);
    Map<String, String> environment = new HashMap<>(slurm.environment());
    // More ranks than cores must not spin, and containers refuse to read each other's memory.
    environment.put("OMPI_MCA_mpi_yield_when_idle", "1");
    environment.put("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    try {
      return host.commands().run(new Command(argv, deadline, environment, Optional.of(user)));
    } catch (RuntimeException e) {
      // The next part must find the nodes free.
      cancel();
      throw e;
    }
  }

  void cancel() {
    host.commands()
        .run(
            Command.of(CLEAN_UP, "scancel", "--quiet", "--user=" + user, "--name=" + JOB)
                .with(slurm.environment()));
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What jumphosts' agents tell. */
final class Jumphosts {
  private Jumphosts() {}

  /** One whose slurmctld runs one job, on one node. */
  static MachineFacts withJob(ClusterId cluster, String node, long job, String user) {
    SlurmCluster slurm =
        new SlurmCluster(
            cluster.value(),
            true,
            "",
            List.of(new SlurmCluster.Node(node, "ALLOCATED", "", "")),
            List.of(new SlurmCluster.Job(job, user, "train", "RUNNING", List.of(node))));
    return new MachineFacts(
        Instant.EPOCH,
        "10.0.0.1",
        "jump",
        "debian",
        "12",
        1L << 36,
        16,
        new Reading.Unsupported<>("none"),
        0,
        new MachineFacts.Cgroups(2, true),
        Optional.empty(),
        "",
        false,
        List.of(slurm),
        "boot",
        new MachineFacts.Judged(10, List.of()),
        Optional.empty());
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.store.Transaction;
import java.util.Optional;
import java.util.stream.Collectors;

/** Requests that are refused for what they would break. */
final class Refusals {
  private final Fleet fleet;

  Refusals(Fleet fleet) {
    this.fleet = fleet;
  }

  void checkDestroy(Transaction tx, Cluster cluster, ClusterSpec.Intent intent) {
    String name = cluster.spec().name();
    if (cluster.spec().isDeletionProtected()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "cluster " + name + " is under deletion protection",
          "cox cluster edit " + name + " --no-deletion-protection");
    }
    Optional<Instance> serving =
        tx.instances(cluster.spec().id()).stream()
            .filter(instance -> instance.isJumphost() && instance.settled().isServing())
            .findFirst();
    if (intent == ClusterSpec.Intent.DESTROY && serving.isPresent()) {
      checkJobs(cluster, serving.get());
    }
  }

  private void checkJobs(Cluster cluster, Instance jumphost) {
    String name = cluster.spec().name();
    String id = cluster.spec().id().value();
    String help =
        "cox cluster destroy " + name + " --drain waits for running jobs, --force ends them";
    Optional<SlurmCluster> slurm =
        fleet
            .seen(jumphost.machineId())
            .facts()
            .flatMap((MachineFacts facts) -> facts.slurmCluster(id));
    if (!fleet.seen(jumphost.machineId()).isConnected()
        || slurm.isEmpty()
        || !slurm.get().isReachable()) {
      String why =
          slurm
              .map(SlurmCluster::error)
              .filter(error -> !error.isEmpty())
              .orElse("its jumphost's agent has not told");
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "cluster " + name + ": whether it has jobs is not known (" + why + ")",
          help);
    }
    if (!slurm.get().jobs().isEmpty()) {
      String jobs =
          slurm.get().jobs().stream()
              .limit(10)
              .map(job -> job.id() + " (" + job.user() + ", " + job.state() + ")")
              .collect(Collectors.joining(", "));
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          "cluster " + name + " has " + slurm.get().jobs().size() + " jobs: " + jobs,
          help);
    }
  }

  void checkRetry(Transaction tx, Instance instance) {
    if (instance.state() != InstanceState.FAILED) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          instance.name(),
          "instance " + instance.name() + " is " + instance.state() + " (expected: FAILED)",
          "cox why " + instance.name());
    }
    Optional<Repair> repair =
        tx.machine(instance.machineId())
            .flatMap(machine -> machine.care().repair())
            .filter(wish -> !wish.isEnded() && wish.work().needsIdleNode());
    if (repair.isPresent()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          instance.name(),
          "its machine is being repaired: " + repair.get().work().words(),
          "wait for its end: cox why " + instance.name());
    }
    boolean isEnding =
        tx.cluster(instance.cluster())
            .map(cluster -> cluster.spec().intent().isDestroy())
            .orElse(true);
    if (isEnding) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          instance.name(),
          "cluster " + instance.cluster() + " is being destroyed",
          "cox cluster destroy " + instance.cluster() + " tries its end again");
    }
  }

  // Removed and joined again it would be taken for a clean one.
  static void requireCleanOrRevoked(Machine machine) {
    boolean isUnclean =
        machine.care().repair().filter(wish -> wish.state() == Repair.State.LEFT).isPresent();
    if (isUnclean && !machine.isRevoked()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " was replaced while silent and is not clean",
          "let its agent answer; or wipe it, then: cox machine revoke " + machine.name());
    }
  }
}

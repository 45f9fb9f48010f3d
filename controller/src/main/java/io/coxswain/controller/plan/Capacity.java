package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.slurm.SlurmNodeState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a cluster promises, and what of it takes jobs now.
 *
 * @param promised nodes that it is to have: those that are always there, and the elastic ones that
 *     jobs want now
 * @param usable nodes that are RUNNING, without a hold of ours, and ready as its slurmctld sees
 *     them; failed where slurmctld cannot be asked: nothing is usable because nobody answered
 */
public record Capacity(int promised, Reading<Integer> usable) {

  /**
   * Of a cluster that is not destroyed.
   *
   * @param instances those of the cluster
   * @param seen what is known of a machine, by its id
   */
  public static Capacity of(
      Cluster cluster, List<Instance> instances, Function<String, Seen> seen, Instant now) {
    long elastic = instances.stream().filter(each -> each.isElastic() && !each.isAsleep()).count();
    return new Capacity(
        Math.toIntExact(cluster.spec().size() + elastic), usable(cluster, instances, seen, now));
  }

  private static Reading<Integer> usable(
      Cluster cluster, List<Instance> instances, Function<String, Seen> seen, Instant now) {
    List<Instance> able =
        instances.stream()
            .filter(instance -> !instance.isJumphost() && instance.hold().isEmpty())
            .filter(instance -> instance.state() == InstanceState.RUNNING)
            .toList();
    if (able.isEmpty()) {
      // Whatever slurmctld would say.
      return new Reading.Known<>(0);
    }
    Optional<Seen> jumphost =
        instances.stream()
            .filter(instance -> instance.isJumphost() && instance.hasMachine())
            .findFirst()
            .map(instance -> seen.apply(instance.machineId()));
    if (jumphost.isEmpty()) {
      return new Reading.Failed<>("it has no jumphost to ask");
    }
    return ready(jumphost.get(), cluster, now)
        .map(
            names -> count((int) able.stream().filter(node -> names.contains(node.name())).count()))
        .orElseGet(() -> new Reading.Failed<>(why(jumphost.get(), cluster, now)));
  }

  private static Reading<Integer> count(int nodes) {
    return new Reading.Known<>(nodes);
  }

  /** Names of the nodes that take jobs; empty when slurmctld has not told. */
  private static Optional<Set<String>> ready(Seen jumphost, Cluster cluster, Instant now) {
    return isHeard(jumphost, now)
        ? slurm(jumphost, cluster)
            .filter(MachineFacts.SlurmCluster::isReachable)
            .map(
                slurm ->
                    slurm.nodes().stream()
                        .filter(node -> SlurmNodeState.parse(node.state()).isReady())
                        .map(MachineFacts.SlurmCluster.Node::name)
                        .collect(Collectors.toUnmodifiableSet()))
        : Optional.empty();
  }

  private static boolean isHeard(Seen jumphost, Instant now) {
    return jumphost.isConnected() && jumphost.link(now) == LinkState.CONNECTED;
  }

  private static Optional<MachineFacts.SlurmCluster> slurm(Seen jumphost, Cluster cluster) {
    return jumphost
        .facts()
        // What the store remembers has no address, and was another time's.
        .filter(facts -> !facts.address().isEmpty())
        .flatMap(facts -> facts.slurmCluster(cluster.spec().id().value()));
  }

  private static String why(Seen jumphost, Cluster cluster, Instant now) {
    if (!isHeard(jumphost, now)) {
      return "the agent of jumphost " + cluster.spec().jumphost() + " does not answer";
    }
    String error = slurm(jumphost, cluster).map(MachineFacts.SlurmCluster::error).orElse("");
    return error.isEmpty()
        ? "slurmctld has not told yet; its jumphost's agent looks every few seconds"
        : "slurmctld does not answer: " + error;
  }
}

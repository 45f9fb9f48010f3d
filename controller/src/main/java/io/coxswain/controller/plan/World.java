package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that deciding looks at, at one moment.
 *
 * @param clusters those that are not destroyed
 * @param instances of those clusters, the jumphost first, then by index
 * @param machines by id, in the order given: the same world is always answered in the same order
 * @param operations those in progress
 * @param rolls of those operations
 * @param tests active tests that are under way
 * @param power orders to switch machines that have not ended
 * @param storage volumes and who has them
 * @param images what clusters' jobs run in; no entry: on the machines themselves
 */
public record World(
    Map<ClusterId, Cluster> clusters,
    Map<ClusterId, List<Instance>> instances,
    Map<String, MachineView> machines,
    List<Operation> operations,
    List<Roll> rolls,
    List<NodeTest> tests,
    List<PowerView> power,
    Storage storage,
    Map<ClusterId, ClusterImage> images) {
  public World {
    clusters = Map.copyOf(clusters);
    instances = Map.copyOf(instances);
    // Map.copyOf would order them anew in every process, and with them what is sent first.
    machines = Collections.unmodifiableMap(new LinkedHashMap<>(machines));
    operations = List.copyOf(operations);
    rolls = List.copyOf(rolls);
    tests = List.copyOf(tests);
    power = List.copyOf(power);
    images = Map.copyOf(images);
  }

  /** One in which no driver is on its way, nothing is tested and nothing switched. */
  public World(
      Map<ClusterId, Cluster> clusters,
      Map<ClusterId, List<Instance>> instances,
      Map<String, MachineView> machines,
      List<Operation> operations) {
    this(
        clusters,
        instances,
        machines,
        operations,
        List.of(),
        List.of(),
        List.of(),
        Storage.NONE,
        Map.of());
  }

  public List<Instance> of(ClusterId cluster) {
    return instances.getOrDefault(cluster, List.of());
  }

  /** What the cluster's jobs run in. */
  public Optional<ClusterImage> image(ClusterId cluster) {
    return Optional.ofNullable(images.get(cluster));
  }

  public List<Instance> workers(ClusterId cluster) {
    return of(cluster).stream().filter(instance -> !instance.isJumphost()).toList();
  }

  public Optional<Instance> jumphost(ClusterId cluster) {
    return of(cluster).stream().filter(Instance::isJumphost).findFirst();
  }

  /** Whether the cluster's slurmctld runs on the worker's own machine. */
  public boolean isBesideJumphost(Instance worker) {
    return !worker.isJumphost()
        && worker.hasMachine()
        && jumphost(worker.cluster())
            .filter(jumphost -> jumphost.machineId().equals(worker.machineId()))
            .isPresent();
  }

  /** Whether a node on a machine other than the jumphost's is on its way out. */
  public boolean isNodeEndingElsewhere(ClusterId cluster) {
    return workers(cluster).stream()
        .anyMatch(
            worker -> worker.state() == InstanceState.DESTROYING && !isBesideJumphost(worker));
  }

  /** Instances that lease the machine; a jumphost may have several. */
  public List<Instance> leasing(String machineId) {
    return instances.values().stream()
        .flatMap(List::stream)
        .filter(instance -> instance.machineId().equals(machineId))
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .toList();
  }

  /**
   * Whether the cluster is to go unless it has jobs, which its slurmctld is still to be asked for.
   * Until it has answered nothing of the cluster is on its way out.
   *
   * <p>Not while an instance is still on its way in: its slurmd could register, and take a job,
   * just after the answer. Such a cluster ends at once, and jobs that come between are awaited.
   */
  public boolean mayRefuseEnd(ClusterId id) {
    Cluster cluster = clusters.get(id);
    return cluster != null
        && cluster.spec().intent() == ClusterSpec.Intent.DESTROY
        && isServing(id)
        && of(id).stream()
            .noneMatch(each -> each.hasMachine() && each.state().isTransient() && !isLeaving(each));
  }

  /** Whether it leaves by itself: drained, and without jobs. */
  private boolean isLeaving(Instance instance) {
    MachineView view = machines.get(instance.machineId());
    return instance.state() == InstanceState.DESTROYING
        && view != null
        && view.machine()
            .care()
            .repair()
            .filter(wish -> wish.work().kind() == Repair.Kind.LEAVE && !wish.isEnded())
            .isPresent();
  }

  /** Whether the cluster's slurmctld takes nodes and jobs. */
  public boolean isServing(ClusterId cluster) {
    return jumphost(cluster).map(jumphost -> jumphost.settled().isServing()).orElse(false);
  }
}

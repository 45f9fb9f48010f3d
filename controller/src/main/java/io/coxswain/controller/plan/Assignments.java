package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each machine of a world should be. Invariants:
 *
 * <ul>
 *   <li>An assignment follows from what is stored; the one exception is the gate, which comes and
 *       goes with outcomes.
 *   <li>What runs under users' jobs follows from what was settled at set-up, never from the newest
 *       reading.
 *   <li>A machine gets its cleaning only after its cluster's slurmctld has stopped serving, and
 *       then nothing else.
 * </ul>
 */
public final class Assignments {
  private final World world;
  private final ClusterSteps steps;
  private final RepairSteps repairs = new RepairSteps();
  private final PowerSteps power;
  private final ImageGroups images;
  private final Map<String, List<Group>> made = new HashMap<>();
  private final Map<String, String> digests = new HashMap<>();

  public Assignments(World world, ClusterSteps steps) {
    this.world = world;
    this.steps = steps;
    this.power = new PowerSteps(world);
    this.images = new ImageGroups(world, steps.pluginSource());
  }

  /** The groups of a machine's assignment; the same object for the same machine. */
  public List<Group> groups(String machineId) {
    List<Group> known = made.get(machineId);
    if (known != null) {
      return known;
    }
    MachineView view = world.machines().get(machineId);
    List<Group> groups = view == null ? List.of() : make(view.machine());
    made.put(machineId, groups);
    return groups;
  }

  public String digest(String machineId) {
    String known = digests.get(machineId);
    if (known != null) {
      return known;
    }
    String digest = Digest.of(groups(machineId));
    digests.put(machineId, digest);
    return digest;
  }

  /**
   * The outcome of a group on an instance's machine, when it is of the assignment that the machine
   * should have now. What an agent told of an older assignment does not count.
   */
  public Optional<GroupOutcome> outcome(Instance instance, String group) {
    return outcome(instance.machineId(), group);
  }

  /** The same of a machine, by its id. */
  public Optional<GroupOutcome> outcome(String machineId, String group) {
    MachineView view = world.machines().get(machineId);
    if (view == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(view.seen().outcomes().get(group))
        .filter(outcome -> outcome.generation() == view.machine().generation())
        .filter(outcome -> view.machine().assignmentDigest().equals(digest(machineId)));
  }

  public boolean isDone(Instance instance, String group) {
    return outcome(instance, group)
        .map(outcome -> outcome.state() == GroupOutcome.State.DONE)
        .orElse(false);
  }

  private List<Group> make(Machine machine) {
    return switch (machine.role()) {
      case WORKER -> worker(machine);
      case JUMPHOST -> jumphost(machine);
    };
  }

  private List<Group> worker(Machine machine) {
    List<Instance> leasing =
        world.leasing(machine.id()).stream().filter(each -> !each.isReserved()).toList();
    Optional<Instance> own = leasing.stream().filter(Instance::isJumphost).findFirst();
    if (own.isPresent()) {
      return own(
          machine, own.get(), leasing.stream().filter(each -> !each.isJumphost()).findFirst());
    }
    if (leasing.isEmpty()) {
      return isParting(machine, Repair.State.LEFT)
          ? cleanAfterParting(machine)
          : repairs.of(machine);
    }
    Instance instance = leasing.getFirst();
    ClusterId id = instance.cluster();
    Cluster cluster = cluster(id);
    // In a cluster that stays, only one that leaves it is on its way out.
    boolean mayBeCleaned = !world.isServing(id) || !cluster.spec().intent().isDestroy();
    boolean isCleaning = instance.state() == InstanceState.DESTROYING && mayBeCleaned;
    if (isCleaning || machine.isQuarantined() || isLeaving(machine)) {
      return List.of(clean(cluster.spec(), machine, instance.retry()));
    }
    List<Group> groups = new ArrayList<>();
    groups.add(
        new Group(
            GroupNames.HOST,
            List.of(),
            instance.retry(),
            steps.workerHost(cluster.spec(), instance, hosts(List.of(id)))));
    world
        .jumphost(id)
        .flatMap(jumphost -> node(cluster, instance, jumphost))
        .ifPresent(groups::add);
    groups.addAll(new VolumeGroups(world, cluster.spec(), instance).groups());
    images.group(instance).ifPresent(groups::add);
    groups.addAll(repairs.of(machine));
    groups.addAll(power.of(machine));
    return groups;
  }

  /** The node's, once it is measured and there is a slurmctld to join. */
  private Optional<Group> node(Cluster cluster, Instance worker, Instance jumphost) {
    ClusterId id = worker.cluster();
    if (worker.settled().slurmVersion().isEmpty() || !world.isServing(id)) {
      return Optional.empty();
    }
    List<Step> node = steps.node(cluster, worker, jumphost, placed(world.workers(id)));
    List<String> after = new ArrayList<>(List.of(GroupNames.HOST));
    if (worker.isElastic() && world.image(id).isPresent()) {
      // A job waits for it already, and starts as soon as it has registered.
      after.add(GroupNames.image(id));
    }
    return Optional.of(
        new Group(GroupNames.node(id), after, worker.retry(), images.withPlugin(id, node)));
  }

  /** Of a machine of the pool that runs a cluster's slurmctld, and mostly a node of it besides. */
  private List<Group> own(Machine machine, Instance jumphost, Optional<Instance> worker) {
    Cluster cluster = cluster(jumphost.cluster());
    ClusterSpec spec = cluster.spec();
    int retries = jumphost.retry() + worker.map(Instance::retry).orElse(0);
    if (isTakenDown(jumphost) || machine.isQuarantined()) {
      Group clean =
          new Group(
              GroupNames.clean(spec.id()),
              List.of(),
              retries,
              steps.cleanOwn(spec, machine.name()));
      return world.isNodeEndingElsewhere(spec.id()) ? List.of() : List.of(clean);
    }
    List<Group> groups = new ArrayList<>();
    List<Step> host = steps.ownHost(spec, worker, hosts(List.of(spec.id())));
    groups.add(new Group(GroupNames.HOST, List.of(), retries, host));
    // Before the gate, which waits for it.
    worker.flatMap(node -> node(cluster, node, jumphost)).ifPresent(groups::add);
    List<Group> controller = ofCluster(jumphost);
    groups.addAll(controller);
    groups.addAll(new VolumeGroups(world, spec, worker.orElse(jumphost)).groups());
    worker.flatMap(images::group).ifPresent(groups::add);
    boolean isUp = controller.stream().anyMatch(group -> isSlurmctld(group.name(), spec.id()));
    List<Step> plain = steps.slurmDefault(isUp ? List.of(spec.id()) : List.of());
    groups.add(new Group(GroupNames.SLURM_DEFAULT, List.of(GroupNames.HOST), 0, plain));
    groups.addAll(repairs.of(machine));
    groups.addAll(power.of(machine));
    return groups;
  }

  private Group clean(ClusterSpec spec, Machine machine, int retry) {
    return new Group(
        GroupNames.clean(spec.id()), List.of(), retry, steps.cleanWorker(spec, machine.name()));
  }

  private static boolean isParting(Machine machine, Repair.State state) {
    return machine
        .care()
        .repair()
        .filter(wish -> wish.work().partsFromCluster() && wish.state() == state)
        .isPresent();
  }

  private static boolean isLeaving(Machine machine) {
    return isParting(machine, Repair.State.UNDER_WAY) || isParting(machine, Repair.State.LEAVING);
  }

  /** One that parted while it was silent; empty once its cluster is no more. */
  private List<Group> cleanAfterParting(Machine machine) {
    return machine
        .care()
        .repair()
        .flatMap(wish -> wish.work().cluster())
        .map(id -> world.clusters().get(id))
        .map(cluster -> List.of(clean(cluster.spec(), machine, 0)))
        .orElse(List.of());
  }

  private List<Group> jumphost(Machine machine) {
    List<Instance> leasing = world.leasing(machine.id());
    List<Group> repair = new ArrayList<>(repairs.of(machine));
    repair.addAll(power.of(machine));
    if (leasing.isEmpty() && machine.generation() == 0) {
      return repair;
    }
    List<ClusterId> ids =
        leasing.stream().filter(instance -> !isTakenDown(instance)).map(Instance::cluster).toList();
    int retries = leasing.stream().mapToInt(Instance::retry).sum();
    List<Group> groups = new ArrayList<>();
    groups.add(
        new Group(
            GroupNames.HOST,
            List.of(),
            retries,
            steps.jumphostHost(hosts(ids), !leasing.isEmpty())));
    List<ClusterId> present = new ArrayList<>();
    for (Instance instance : leasing) {
      List<Group> own = ofCluster(instance);
      groups.addAll(own);
      if (own.stream().noneMatch(group -> isClean(group.name(), instance.cluster()))) {
        ClusterSpec spec = cluster(instance.cluster()).spec();
        groups.addAll(new VolumeGroups(world, spec, instance).groups());
      }
      // Its slurmctld is up, or is being asked for its last jobs.
      if (own.stream().anyMatch(group -> isSlurmctld(group.name(), instance.cluster()))) {
        present.add(instance.cluster());
      }
    }
    groups.add(
        new Group(
            GroupNames.SLURM_DEFAULT, List.of(GroupNames.HOST), 0, steps.slurmDefault(present)));
    groups.addAll(repair);
    return groups;
  }

  private static boolean isSlurmctld(String group, ClusterId id) {
    return group.equals(GroupNames.controller(id)) || group.equals(GroupNames.quiesce(id));
  }

  private static boolean isClean(String group, ClusterId id) {
    return group.equals(GroupNames.clean(id));
  }

  /** The groups of one cluster on its jumphost. */
  private List<Group> ofCluster(Instance jumphost) {
    ClusterId id = jumphost.cluster();
    Cluster cluster = cluster(id);
    List<Instance> workers = world.workers(id);
    boolean isEnding = isEnding(jumphost, cluster);
    if (isTakenDown(jumphost)) {
      return ending(jumphost, cluster, workers);
    }
    List<Group> groups = new ArrayList<>();
    if (jumphost.settled().slurmVersion().isEmpty()
        || jumphost.state() == InstanceState.PROVISIONING
        || isTooEarly(jumphost, workers)) {
      return groups;
    }
    if (isEnding) {
      // Alone: what keeps slurmctld running would start again what the end of its jobs has stopped.
      ClusterSpec.Intent intent = cluster.spec().intent();
      groups.add(quiesce(jumphost, List.of(), intent, "end the cluster's jobs"));
      return groups;
    }
    groups.add(
        new Group(
            GroupNames.controller(id),
            List.of(GroupNames.HOST),
            jumphost.retry(),
            images.withPlugin(id, steps.controller(cluster, jumphost, placed(workers)))));
    List<String> after = new ArrayList<>(List.of(GroupNames.controller(id)));
    if (jumphost.settled().isServing() && jumphost.state() != InstanceState.CONFIGURING) {
      // What an end that was refused has drained; that it was is not remembered. Before any hold,
      // which must not take that drain for its own.
      groups.add(quiesce(jumphost, List.copyOf(after), ClusterSpec.Intent.RUN, "let jobs start"));
      after.add(GroupNames.quiesce(id));
    }
    if (jumphost.settled().isServing()) {
      groups.addAll(new ElasticGroups(world, cluster.spec(), jumphost).groups());
    }
    NodeGroups nodes = new NodeGroups(world, steps, cluster.spec(), jumphost);
    workers.forEach(worker -> nodes.keptBack(after, worker).ifPresent(groups::add));
    NodeTests.group(world, cluster.spec(), jumphost, steps).ifPresent(groups::add);
    groups.addAll(nodes.gates(this));
    return groups;
  }

  /** Whether the cluster's slurmctld has served its last, so that nothing of it is to stay. */
  private boolean isTakenDown(Instance jumphost) {
    return isEnding(jumphost, cluster(jumphost.cluster())) && !jumphost.settled().isServing();
  }

  private boolean isEnding(Instance jumphost, Cluster cluster) {
    return jumphost.state() == InstanceState.DESTROYING
        || world.mayRefuseEnd(jumphost.cluster())
        || (cluster.spec().intent().isDestroy() && jumphost.state() == InstanceState.FAILED);
  }

  private static Group quiesce(
      Instance jumphost, List<String> after, ClusterSpec.Intent intent, String title) {
    ClusterId id = jumphost.cluster();
    List<Step> steps = List.of(new Step(title, new Want.Quiesced(id, intent)));
    return new Group(GroupNames.quiesce(id), after, jumphost.retry(), steps);
  }

  private List<Group> ending(Instance jumphost, Cluster cluster, List<Instance> workers) {
    boolean workersEnded =
        workers.stream().noneMatch(worker -> worker.state() == InstanceState.DESTROYING);
    String name = GroupNames.clean(jumphost.cluster());
    return workersEnded
        ? List.of(new Group(name, List.of(), jumphost.retry(), steps.cleanJumphost(cluster.spec())))
        : List.of();
  }

  /**
   * slurm.conf says how much memory a job gets that asks for none: the workers must have been
   * measured first.
   */
  private static boolean isTooEarly(Instance jumphost, List<Instance> workers) {
    boolean isOnTheWay =
        workers.stream()
            .anyMatch(
                worker ->
                    worker.state() == InstanceState.PENDING
                        || worker.state() == InstanceState.PROVISIONING);
    return isOnTheWay && !jumphost.settled().isServing();
  }

  private static List<Instance> placed(List<Instance> workers) {
    // Elastic ones are there for slurmctld before they have a machine.
    return workers.stream().filter(worker -> worker.hasMachine() || worker.isElastic()).toList();
  }

  private List<Want.Hosts.Entry> hosts(List<ClusterId> ids) {
    List<Want.Hosts.Entry> entries = new ArrayList<>();
    for (ClusterId id : ids) {
      ClusterSpec spec = cluster(id).spec();
      for (Instance instance : world.of(id)) {
        if (!instance.settled().address().isEmpty() && instance.hasMachine()) {
          List<String> names =
              instance.isJumphost()
                  ? List.of(instance.name(), spec.jumphost())
                  : List.of(instance.name());
          entries.add(new Want.Hosts.Entry(instance.settled().address(), names));
        }
      }
    }
    return entries;
  }

  private Cluster cluster(ClusterId id) {
    Cluster cluster = world.clusters().get(id);
    if (cluster == null) {
      throw new IllegalStateException(
          "cluster: " + id + " (expected: one that is not destroyed: a machine is leased to it)");
    }
    return cluster;
  }
}

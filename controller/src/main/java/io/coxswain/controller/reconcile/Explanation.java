package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.ClusterStatus;
import io.coxswain.controller.lifecycle.Health;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why something is as it is: the four axes, the current step, the last error and the next action,
 * in a few lines.
 */
public final class Explanation {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;

  public Explanation(Store store, Fleet fleet, InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
  }

  /** Of a cluster, instance or machine, by name or id. */
  public List<String> of(String name) {
    return store.read(
        tx -> {
          Optional<Instance> instance = tx.instance(name);
          if (instance.isPresent()) {
            return instance(tx, instance.get());
          }
          Optional<Cluster> cluster =
              tx.clusters().stream()
                  .filter(each -> each.spec().id().value().equals(name))
                  .findFirst()
                  .or(() -> tx.clusterByName(name));
          if (cluster.isPresent()) {
            return cluster(tx, cluster.get());
          }
          Optional<Machine> machine = tx.machine(name).or(() -> tx.machineByName(name));
          return machine
              .map(each -> machine(tx, each))
              .orElseThrow(
                  () ->
                      new RefusedException(
                          Kind.NOT_FOUND,
                          name,
                          "'" + name + "': no cluster, instance or machine has that name",
                          "cox cluster list, cox instance list, cox machine list"));
        });
  }

  private List<String> cluster(Transaction tx, Cluster cluster) {
    ClusterId id = cluster.spec().id();
    List<Instance> instances = tx.instances(id);
    List<String> lines = new ArrayList<>();
    lines.add(
        "cluster "
            + cluster.spec().name()
            + " ("
            + id
            + "): "
            + ClusterStatus.of(instances.stream().map(Instance::state).toList()).line());
    for (Instance instance : instances) {
      if (instance.state() != InstanceState.RUNNING
          && instance.state() != InstanceState.DESTROYED) {
        lines.addAll(instance(tx, instance));
      }
    }
    if (lines.size() == 1) {
      lines.add("nothing is wrong with it; cox ssh " + id.jumphostInstance());
    }
    return lines;
  }

  private List<String> instance(Transaction tx, Instance instance) {
    Instant now = clock.instant();
    List<String> lines = new ArrayList<>();
    String since = Duration.between(instance.since(), now).toSeconds() + " s";
    lines.add(
        "instance "
            + instance.name()
            + ": "
            + instance.state()
            + " for "
            + since
            + " ("
            + instance.state().meaning()
            + ")");
    lines.addAll(lease(tx, instance, now));
    scheduler(tx, instance).ifPresent(text -> lines.add("  scheduler: " + text));
    instance.hold().map(Explanation::kept).ifPresent(lines::add);
    lines.addAll(volumes(instance));
    tx.machine(instance.machineId())
        .flatMap(machine -> machine.care().repair())
        .map(Explanation::repair)
        .ifPresent(lines::add);
    instance.deadline().ifPresent(deadline -> lines.add("  given up at: " + deadline));
    instance
        .failure()
        .ifPresent(
            failure -> {
              lines.add("  error: " + failure.message());
              failure.tail().forEach(line -> lines.add("    | " + line));
            });
    lines.add("  next: " + next(instance));
    return lines;
  }

  private List<String> volumes(Instance instance) {
    String volumes = GroupNames.volume(instance.cluster(), "");
    return fleet.seen(instance.machineId()).outcomes().values().stream()
        .filter(told -> told.group().startsWith(volumes))
        .flatMap(
            told ->
                told.failure().stream()
                    .map(
                        why ->
                            "  volume "
                                + told.group().substring(volumes.length())
                                + ": "
                                + why.message()))
        .sorted()
        .toList();
  }

  private static String kept(Hold hold) {
    return "  kept from jobs: "
        + hold.reason()
        + " since "
        + hold.since()
        + (hold.isRetesting()
            ? "; that is over, and the node is being tested"
            : ": " + hold.message());
  }

  private List<String> lease(Transaction tx, Instance instance, Instant now) {
    List<String> lines = new ArrayList<>();
    Optional<Machine> machine = tx.machine(instance.machineId());
    if (machine.isEmpty()) {
      lines.add("  machine: none is leased");
    } else {
      Seen seen = fleet.seen(machine.get().id());
      Health health = Health.of(seen.facts());
      lines.add(
          "  machine: "
              + machine.get().name()
              + ", link "
              + seen.link(machine.get(), now)
              + ", health "
              + health.level()
              + " ("
              + health.reason()
              + ")");
      current(seen, instance).ifPresent(outcome -> lines.add("  step: " + step(outcome, now)));
    }
    return lines;
  }

  /** The group that runs or failed on the instance's behalf. */
  static Optional<GroupOutcome> current(Seen seen, Instance instance) {
    ClusterId id = instance.cluster();
    Stream<String> gates =
        seen.outcomes().keySet().stream()
            .filter(group -> group.startsWith(GroupNames.gates(id)))
            .sorted();
    return Stream.of(
            Stream.of(GroupNames.HOST, GroupNames.controller(id), GroupNames.node(id)),
            gates,
            Stream.of(GroupNames.quiesce(id), GroupNames.clean(id)))
        .flatMap(groups -> groups)
        .map(seen.outcomes()::get)
        .filter(
            outcome ->
                outcome != null
                    && outcome.state() != GroupOutcome.State.DONE
                    && outcome.state() != GroupOutcome.State.WAITING)
        .findFirst();
  }

  private static String step(GroupOutcome outcome, Instant now) {
    String text =
        outcome.group()
            + ": "
            + outcome.step()
            + " ("
            + outcome.stepNumber()
            + " of "
            + outcome.stepCount()
            + ", attempt "
            + outcome.attempt();
    String time =
        outcome
            .startedAt()
            .map(at -> ", " + Duration.between(at, now).toSeconds() + " s")
            .orElse("");
    return text
        + time
        + ")"
        + (outcome.waitingFor().isEmpty() ? "" : ", waits for: " + outcome.waitingFor())
        + outcome.failure().map(failure -> ": " + failure.message()).orElse("");
  }

  private Optional<String> scheduler(Transaction tx, Instance instance) {
    return tx.instances(instance.cluster()).stream()
        .filter(Instance::isJumphost)
        .findFirst()
        .flatMap(jumphost -> fleet.seen(jumphost.machineId()).facts())
        .flatMap((MachineFacts facts) -> facts.slurmCluster(instance.cluster().value()))
        .map(
            slurm ->
                instance.isJumphost()
                    ? (slurm.isReachable()
                        ? slurm.jobs().size() + " jobs"
                        : "slurmctld does not answer: " + slurm.error())
                    : slurm.nodes().stream()
                        .filter(node -> node.name().equals(instance.name()))
                        .findFirst()
                        .map(
                            node ->
                                node.state()
                                    + (node.reason().isEmpty() ? "" : " (" + node.reason() + ")"))
                        .orElse("not known to slurmctld"));
  }

  private static String repair(Repair repair) {
    String stage =
        switch (repair.state()) {
          case ASKED -> "begins once its node has no jobs";
          case UNDER_WAY -> "is under way";
          case LEAVING -> "is under way: its node is taken out of Slurm";
          case LEFT -> "is done but for cleaning it, once its agent answers";
          case DONE -> "is done";
          case FAILED -> "failed";
        };
    return "  repair: "
        + repair.work().words()
        + " "
        + stage
        + (repair.message().isEmpty() ? "" : ": " + repair.message())
        + "; asked for by "
        + repair.by();
  }

  private static String verdict(Verdict verdict) {
    return "  "
        + verdict.level()
        + " "
        + verdict.line()
        + (verdict.action() == Verdict.Action.NONE
            ? ""
            : "; would help: " + verdict.action().word())
        + (verdict.suppressed().isEmpty() ? "" : "; switched off: " + verdict.suppressed());
  }

  private static String next(Instance instance) {
    return switch (instance.state()) {
      case PENDING -> "wait: a machine is being looked for";
      case PROVISIONING, CONFIGURING, CONTAINER_CREATING, DESTROYING ->
          "wait; cox operation list shows the operation";
      case RUNNING ->
          instance.hold().isPresent()
              ? "cox machine recommendations; its node gets jobs again once it is well"
              : "sbatch; cox ssh " + instance.cluster().jumphostInstance();
      case STOPPED -> "cox instance start " + instance.name();
      case DESTROYED -> "nothing";
      case FAILED ->
          instance.failure().map(failure -> failure.nextAction() + "; then: ").orElse("")
              + "cox instance retry "
              + instance.name()
              + ", or cox cluster destroy "
              + instance.cluster();
    };
  }

  private static List<String> keptOut(Machine machine, boolean isLeased) {
    List<String> lines = new ArrayList<>();
    if (machine.isRevoked()) {
      lines.add(
          "  revoked: its certificate is refused; cox machine remove "
              + machine.name()
              + ", then join it anew");
    }
    if (machine.isQuarantined()) {
      lines.add("  quarantined: " + machine.quarantine());
      lines.add(
          isLeased
              ? "  next: mend it, then destroy its cluster again"
              : "  next: mend it, then: cox machine clear " + machine.name() + " --quarantine");
    }
    return lines;
  }

  private List<String> machine(Transaction tx, Machine machine) {
    Instant now = clock.instant();
    Seen seen = fleet.seen(machine.id());
    Health health = Health.of(seen.facts());
    List<String> lines = new ArrayList<>();
    lines.add(
        "machine "
            + machine.name()
            + " ("
            + machine.id()
            + "): link "
            + seen.link(machine, now)
            + ", health "
            + health.level()
            + " ("
            + health.reason()
            + ")");
    seen.facts().map(facts -> facts.judged().verdicts()).orElse(List.of()).stream()
        .map(Explanation::verdict)
        .forEach(lines::add);
    List<Instance> leases =
        tx.instances().stream()
            .filter(instance -> instance.machineId().equals(machine.id()))
            .toList();
    lines.addAll(keptOut(machine, !leases.isEmpty()));
    if (leases.isEmpty()) {
      machine.care().repair().map(Explanation::repair).ifPresent(lines::add);
    }
    if (leases.isEmpty()) {
      lines.add(
          "  lease: none"
              + (machine.isQuarantined() || machine.care().repair().isPresent()
                  ? ""
                  : "; available")
              + machine.cleanedAt().map(at -> ", proven clean at " + at).orElse(""));
    }
    leases.forEach(instance -> lines.addAll(instance(tx, instance)));
    return lines;
  }
}

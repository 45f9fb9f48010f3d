package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster.Job;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Wishes to repair a machine: checked, written down with the machine, then carried out. */
public final class Repairs {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<Optional<ClusterId>> wake;

  /** With what wakes the loop of a cluster, or of machines as such. */
  Repairs(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
  }

  /**
   * What somebody wants.
   *
   * @param machine name or id
   * @param kind CLEAR, RESET_GPU, REBOOT or REPLACE
   * @param check of CLEAR: the fault that is forgotten
   * @param subject of RESET_GPU: a GPU's PCI address; of CLEAR: which GPU's, empty for all
   * @param isForced of REPLACE: though the machine's agent is silent
   * @param by who asks
   */
  public record Wish(
      String machine,
      Repair.Kind kind,
      String check,
      String subject,
      boolean isForced,
      String by) {}

  /** What is done, in order, for people. */
  public record Plan(Machine machine, List<String> steps) {
    public Plan {
      steps = List.copyOf(steps);
    }
  }

  /** Says what would be done, and changes nothing. */
  public Plan plan(Wish wish) {
    check(wish);
    return store.read(tx -> look(tx, wish).plan());
  }

  /** Has it done. The same wish again, while it is carried out, changes nothing. */
  public Plan ask(Wish wish) {
    check(wish);
    Looked looked =
        store.write(
            tx -> {
              Looked found = look(tx, wish);
              if (!isUnderWay(tx, found)) {
                write(tx, found, wish);
              }
              return found;
            });
    wake.accept(looked.node().map(Instance::cluster));
    return looked.plan();
  }

  /** Puts a machine that was kept out of the pool back into it. */
  public Machine release(String nameOrId, String by) {
    return store.write(
        tx -> {
          Machine machine = Lookup.machine(tx, nameOrId);
          if (!machine.isQuarantined()) {
            return machine;
          }
          boolean isLeased =
              tx.instances().stream()
                  .anyMatch(instance -> instance.machineId().equals(machine.id()));
          if (isLeased || machine.care().repair().isPresent()) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                machine.name(),
                "machine " + machine.name() + " is not clean yet: " + machine.quarantine(),
                "cox why " + machine.name());
          }
          Machine released = machine.quarantined("");
          tx.save(released);
          tx.append(
              Event.of(
                  clock.instant(),
                  "",
                  "",
                  machine.name(),
                  "RELEASED",
                  "back in the pool by " + by + "; it was: " + machine.quarantine()));
          return released;
        });
  }

  private record Looked(Machine machine, Optional<Instance> node, Repair.Work work, Plan plan) {}

  private Looked look(Transaction tx, Wish wish) {
    Machine machine = Lookup.machine(tx, wish.machine());
    Optional<Instance> node = node(tx, machine, wish);
    Repair.Work work = work(machine, node, wish);
    List<String> steps =
        switch (wish.kind()) {
          case CLEAR ->
              List.of(
                  "let the agent of "
                      + machine.name()
                      + " forget "
                      + wish.check()
                      + (wish.subject().isEmpty() ? "" : " of " + wish.subject()),
                  "what still holds is found again within seconds");
          case REPLACE -> replacement(tx, machine, node.orElseThrow(), wish);
          case RESET_GPU, REBOOT, LEAVE, APPLY_BUNDLE, RESTORE_BUNDLE ->
              repair(tx, machine, node, work);
        };
    return new Looked(machine, node, work, new Plan(machine, steps));
  }

  /** Whether the same is being done already; refused while something else is. */
  private boolean isUnderWay(Transaction tx, Looked looked) {
    Optional<Repair> present =
        looked.machine().care().repair().filter(wish -> !wish.isEnded() || isOpenRolls(tx, wish));
    boolean isSuperseded =
        looked.work().isForced() && !fleet.seen(looked.machine().id()).isConnected();
    boolean isLeaving = present.filter(wish -> wish.work().kind() == Repair.Kind.LEAVE).isPresent();
    if (isSuperseded
        && !isLeaving
        && present.filter(wish -> wish.work().equals(looked.work())).isEmpty()) {
      return false;
    }
    if (present.isPresent() && !present.get().work().equals(looked.work())) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          looked.machine().name(),
          "machine "
              + looked.machine().name()
              + " is being repaired: "
              + present.get().work().words(),
          "wait for its end: cox why " + looked.machine().name());
    }
    return present.isPresent();
  }

  // Whether what was before comes back is still to be decided.
  private static boolean isOpenRolls(Transaction tx, Repair wish) {
    return tx.operation(wish.work().roll())
        .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
        .isPresent();
  }

  private void write(Transaction tx, Looked looked, Wish wish) {
    Instant now = clock.instant();
    Machine machine = looked.machine();
    String id = "r-" + HexFormat.of().toHexDigits(random.nextLong());
    Repair repair = Repair.asked(id, looked.work(), wish.by(), now);
    tx.save(machine.with(machine.care().with(repair)));
    tx.append(
        Event.of(
            now,
            looked.node().map(node -> node.cluster().value()).orElse(""),
            looked.node().map(Instance::name).orElse(""),
            machine.name(),
            "REPAIR_ASKED",
            looked.work().words() + " by " + wish.by()));
  }

  private static void check(Wish wish) {
    switch (wish.kind()) {
      case REBOOT, REPLACE -> {
        if (!wish.subject().isEmpty()) {
          throw new InvalidSpecException(
              "subject",
              "subject: '"
                  + wish.subject()
                  + "' (expected: none for a "
                  + wish.kind().word()
                  + ")");
        }
      }
      case RESET_GPU -> {
        if (!Hold.isGpu(wish.subject())) {
          throw new InvalidSpecException(
              "subject",
              "subject: '"
                  + wish.subject()
                  + "' (expected: the PCI address of a GPU, such as 0000:18:00.0)");
        }
      }
      case CLEAR -> {
        if (!wish.check().matches("[a-z0-9][a-z0-9-]{0,63}")) {
          throw new InvalidSpecException(
              "check",
              "check: '" + wish.check() + "' (expected: the name of a check, such as xid-79)");
        }
      }
      case LEAVE, APPLY_BUNDLE, RESTORE_BUNDLE ->
          throw new InvalidSpecException(
              "action",
              "action: "
                  + wish.kind().word()
                  + " (expected: reset-gpu, reboot or replace; drivers come by cox bundle)");
    }
  }

  private static Repair.Work work(Machine machine, Optional<Instance> node, Wish wish) {
    return switch (wish.kind()) {
      case CLEAR -> Repair.Work.clear(wish.check(), wish.subject());
      case RESET_GPU -> Repair.Work.resetGpu(wish.subject());
      case REBOOT -> Repair.Work.reboot();
      case REPLACE ->
          Repair.Work.replace(
              node.map(Instance::cluster)
                  .orElseThrow(
                      () ->
                          new RefusedException(
                              Kind.FORBIDDEN_NOW,
                              machine.name(),
                              "machine " + machine.name() + " is free: it has no place to leave",
                              "keep it out of the pool: cox machine remove " + machine.name())),
              wish.isForced());
      case LEAVE, APPLY_BUNDLE, RESTORE_BUNDLE ->
          throw new IllegalArgumentException(wish.toString());
    };
  }

  /** The node of the machine; empty of a free one. Refused where it may not be repaired now. */
  private static Optional<Instance> node(Transaction tx, Machine machine, Wish wish) {
    if (wish.kind() == Repair.Kind.CLEAR) {
      return Optional.empty();
    }
    List<Instance> leases =
        tx.instances().stream()
            .filter(instance -> instance.machineId().equals(machine.id()))
            .toList();
    Optional<Instance> lease =
        leases.stream().filter(instance -> !instance.isJumphost()).findFirst();
    boolean runsSlurm = leases.stream().anyMatch(Instance::isJumphost);
    boolean isLeft = lease.isEmpty() || wish.kind() == Repair.Kind.REPLACE;
    if (machine.role() == Machine.Role.JUMPHOST || (runsSlurm && isLeft)) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is a jumphost: users are logged in there",
          "repair it by hand when they know; no job ends by it");
    }
    boolean mayHaveFailed = wish.kind() == Repair.Kind.REPLACE;
    lease.ifPresent(
        node -> {
          boolean isRight =
              node.state() == InstanceState.RUNNING
                  || (mayHaveFailed && node.state() == InstanceState.FAILED);
          if (!isRight) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                machine.name(),
                node.name()
                    + " is "
                    + node.state()
                    + " (expected: RUNNING"
                    + (mayHaveFailed ? " or FAILED)" : ")"),
                "cox why " + node.name());
          }
        });
    return lease;
  }

  private List<String> repair(
      Transaction tx, Machine machine, Optional<Instance> node, Repair.Work work) {
    String deed =
        work.kind() == Repair.Kind.REBOOT
            ? "reboot " + machine.name()
            : "reset the GPU " + work.subject() + " of " + machine.name();
    if (node.isEmpty()) {
      return List.of("keep " + machine.name() + " from being leased meanwhile", deed);
    }
    List<String> steps = new ArrayList<>(idle(tx, node.get()));
    steps.add(deed);
    steps.add("test " + node.get().name() + " alone, and give it back to jobs once it is well");
    return steps;
  }

  private List<String> replacement(Transaction tx, Machine machine, Instance node, Wish wish) {
    World world = new Worlds(fleet).load(tx);
    ClusterSpec spec = Lookup.cluster(tx, node.cluster().value()).spec();
    if (spec.intent().isDestroy()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "cluster " + spec.name() + " is being destroyed, with its place for " + machine.name(),
          "wait for its end: cox why " + machine.name());
    }
    Placement spare =
        Planner.place(
            Planner.Wish.of(spec.poolOf(node.pool())),
            List.of(node.name()),
            List.copyOf(world.machines().values()),
            clock.instant());
    if (spare.leases().isEmpty()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "no machine could take the place of " + machine.name() + ": " + spare.why(),
          "free or mend one first: cox machine list");
    }
    requireAnswering(machine, wish);
    List<String> steps = new ArrayList<>(idle(tx, node));
    steps.add("clean " + machine.name() + " of the cluster and keep it out of the pool");
    steps.add(
        "set up "
            + spare.leases().getFirst().machine()
            + " as "
            + node.name()
            + ", and prove it before it gets jobs");
    return steps;
  }

  private void requireAnswering(Machine machine, Wish wish) {
    if (!fleet.seen(machine.id()).isConnected() && !wish.isForced()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine "
              + machine.name()
              + " does not answer, so it cannot be cleaned of the cluster first",
          "switch it off, then: cox machine repair "
              + machine.name()
              + " --action replace --force");
    }
  }

  private List<String> idle(Transaction tx, Instance node) {
    List<Job> jobs = jobs(tx, node);
    return List.of(
        "keep " + node.name() + " from new jobs",
        jobs.isEmpty()
            ? "wait until it has no jobs; it has none now"
            : "wait until its jobs have ended: "
                + jobs.stream()
                    .map(job -> job.id() + " of " + job.user())
                    .collect(Collectors.joining(", ")));
  }

  private List<Job> jobs(Transaction tx, Instance node) {
    return tx.instances(node.cluster()).stream()
        .filter(Instance::isJumphost)
        .findFirst()
        .flatMap(jumphost -> fleet.seen(jumphost.machineId()).facts())
        .flatMap((MachineFacts facts) -> facts.slurmCluster(node.cluster().value()))
        .map(
            slurm ->
                slurm.jobs().stream().filter(job -> job.nodes().contains(node.name())).toList())
        .orElse(List.of());
  }
}

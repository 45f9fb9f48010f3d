package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster.Job;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.InvalidSpecException;
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

/**
 * Wishes to repair a machine: checked, written down as a hold of its instance, then carried out.
 */
public final class Repairs {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<ClusterId> wake;

  public Repairs(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<ClusterId> wake) {
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
   * @param action RESET_GPU or REBOOT
   * @param subject a GPU's PCI address for RESET_GPU; empty for REBOOT
   * @param by who asks
   */
  public record Wish(String machine, Verdict.Action action, String subject, String by) {}

  /** What is done, in order, for people. */
  public record Plan(Machine machine, List<String> steps) {
    public Plan {
      steps = List.copyOf(steps);
    }
  }

  /** Says what would be done, and changes nothing. */
  public Plan plan(Wish wish) {
    check(wish);
    return store.read(
        tx -> {
          Machine machine = Lookup.machine(tx, wish.machine());
          return plan(tx, machine, node(tx, machine), wish);
        });
  }

  /** Has it done. The same wish again, while it is carried out, changes nothing. */
  public Plan ask(Wish wish) {
    check(wish);
    Asked asked =
        store.write(
            tx -> {
              Machine machine = Lookup.machine(tx, wish.machine());
              Instance node = node(tx, machine);
              Plan plan = plan(tx, machine, node, wish);
              if (!isUnderWay(machine, node, wish)) {
                write(tx, machine, node, wish);
              }
              return new Asked(plan, node.cluster());
            });
    wake.accept(asked.cluster());
    return asked.plan();
  }

  private record Asked(Plan plan, ClusterId cluster) {}

  /** Whether the same is being done already; refused while something else is. */
  private static boolean isUnderWay(Machine machine, Instance node, Wish wish) {
    Optional<Hold.Repair> present = node.hold().flatMap(Hold::repair);
    if (present.isPresent() && !isSame(present.get(), wish)) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is being repaired: " + present.get().action().word(),
          "wait for its end: cox why " + node.name());
    }
    return present.isPresent();
  }

  private void write(Transaction tx, Machine machine, Instance node, Wish wish) {
    Instant now = clock.instant();
    String id = "r-" + HexFormat.of().toHexDigits(random.nextLong());
    Hold.Repair repair = new Hold.Repair(id, wish.action(), wish.subject(), wish.by(), false);
    Hold hold = node.hold().map(held -> held.with(repair)).orElse(Hold.forRepair(repair, now));
    tx.save(node.held(Optional.of(hold)));
    tx.append(
        Event.of(
            now,
            node.cluster().value(),
            node.name(),
            machine.name(),
            "REPAIR_ASKED",
            wish.action().word() + " by " + wish.by()));
  }

  private static boolean isSame(Hold.Repair repair, Wish wish) {
    return repair.action() == wish.action() && repair.subject().equals(wish.subject());
  }

  private static void check(Wish wish) {
    switch (wish.action()) {
      case REBOOT -> {
        if (!wish.subject().isEmpty()) {
          throw new InvalidSpecException(
              "subject", "subject: '" + wish.subject() + "' (expected: none for a reboot)");
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
      case NONE, REPLACE, HARDWARE ->
          throw new InvalidSpecException(
              "action", "action: " + wish.action().word() + " (expected: reset-gpu or reboot)");
    }
  }

  /** The running node of the machine. */
  private static Instance node(Transaction tx, Machine machine) {
    List<Instance> leases =
        tx.instances().stream()
            .filter(instance -> instance.machineId().equals(machine.id()))
            .toList();
    if (leases.isEmpty()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is free: no jobs are to be kept from it",
          "repair it by hand; its agent judges it anew within seconds");
    }
    Instance node = leases.getFirst();
    if (node.isJumphost()) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is a jumphost: users are logged in there",
          "reboot it by hand when they know; no job ends by it");
    }
    if (node.state() != InstanceState.RUNNING) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          node.name() + " is " + node.state() + " (expected: RUNNING)",
          "cox why " + node.name());
    }
    return node;
  }

  private Plan plan(Transaction tx, Machine machine, Instance node, Wish wish) {
    List<String> steps = new ArrayList<>();
    steps.add("keep " + node.name() + " from new jobs");
    List<Job> jobs = jobs(tx, node);
    steps.add(
        jobs.isEmpty()
            ? "wait until it has no jobs; it has none now"
            : "wait until its jobs have ended: "
                + jobs.stream()
                    .map(job -> job.id() + " of " + job.user())
                    .collect(Collectors.joining(", ")));
    steps.add(
        wish.action() == Verdict.Action.REBOOT
            ? "reboot " + machine.name()
            : "reset the GPU " + wish.subject() + " of " + machine.name());
    steps.add("test " + node.name() + " alone, and give it back to jobs once it is well");
    return new Plan(machine, steps);
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

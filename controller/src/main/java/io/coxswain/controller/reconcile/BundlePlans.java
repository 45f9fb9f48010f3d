package io.coxswain.controller.reconcile;

import io.coxswain.controller.bundle.Bundle;
import io.coxswain.controller.bundle.BundlePlan;
import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.bundle.Disruption;
import io.coxswain.controller.bundle.Resolution;
import io.coxswain.controller.bundle.Resolver;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.MachineFacts.SlurmCluster.Job;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what a bundle would do to which machines, in the order in which they would be taken. */
public final class BundlePlans {
  private static final Set<Verdict.Level> UNWELL =
      Set.of(Verdict.Level.WARNING, Verdict.Level.CRITICAL, Verdict.Level.UNKNOWN);

  private final Store store;
  private final Fleet fleet;

  public BundlePlans(Store store, Fleet fleet) {
    this.store = store;
    this.fleet = fleet;
  }

  /**
   * Which machines are meant: all that is given must be true of one.
   *
   * @param names names or ids; each must be there
   * @param cluster name or id; empty: any, or none
   */
  public record Choice(List<String> names, String cluster, Selector selector) {
    public Choice {
      names = List.copyOf(names);
    }

    public boolean isOpen() {
      return names.isEmpty() && cluster.isEmpty() && selector.equals(Selector.ANY);
    }
  }

  /**
   * What becomes of one machine.
   *
   * @param instance that leases it; empty: it is free
   * @param driver empty where something stands against it, and in a rollback
   * @param jobs that are waited for: {@code 1234 of alice}
   * @param unwellSince empty: it is well
   */
  public record MachinePlan(
      Machine machine,
      String instance,
      Optional<DriverSet> driver,
      BundlePlan plan,
      List<String> obstacles,
      List<String> notes,
      List<String> jobs,
      Optional<Instant> unwellSince,
      String unwell) {
    public MachinePlan {
      obstacles = List.copyOf(obstacles);
      notes = List.copyOf(notes);
      jobs = List.copyOf(jobs);
    }

    MachinePlan noting(List<String> more) {
      return new MachinePlan(
          machine, instance, driver, plan, obstacles, more, jobs, unwellSince, unwell);
    }

    /** Whether there is anything to do. */
    public boolean isChanging() {
      return !plan.changes().isEmpty();
    }
  }

  private static final Comparator<MachinePlan> ORDER =
      Comparator.comparing(
              (MachinePlan plan) -> plan.unwellSince().orElse(Instant.MAX),
              Comparator.<Instant>naturalOrder())
          .thenComparing(plan -> plan.machine().name());

  /** What the bundle would do. An open choice means all workers with GPUs. */
  public List<MachinePlan> plan(Catalogue catalogue, Bundle bundle, Choice choice) {
    Resolver resolver = new Resolver(catalogue);
    return store.read(
        tx ->
            chosen(tx, choice).map(one -> plan(tx, one, resolver, bundle)).sorted(ORDER).toList());
  }

  /** What a rollback would leave behind: the drivers of before are the agents' to know. */
  public List<MachinePlan> rollback(Choice choice) {
    return store.read(
        tx -> chosen(tx, choice).map(one -> rollback(tx, one)).sorted(ORDER).toList());
  }

  private Stream<Machine> chosen(Transaction tx, Choice choice) {
    Set<String> named =
        choice.names().stream()
            .map(name -> Lookup.machine(tx, name).id())
            .collect(Collectors.toSet());
    Optional<Set<String>> leased =
        choice.cluster().isEmpty() ? Optional.empty() : Optional.of(workers(tx, choice.cluster()));
    return tx.machines().stream()
        .filter(machine -> choice.selector().matches(machine.labels()))
        .filter(machine -> leased.map(ids -> ids.contains(machine.id())).orElse(true))
        .filter(machine -> named.isEmpty() ? hasGpus(machine) : named.contains(machine.id()));
  }

  private static Set<String> workers(Transaction tx, String cluster) {
    return tx.instances(Lookup.cluster(tx, cluster).spec().id()).stream()
        .filter(instance -> !instance.isJumphost() && instance.hasMachine())
        .map(Instance::machineId)
        .collect(Collectors.toSet());
  }

  private boolean hasGpus(Machine machine) {
    return machine.role() == Machine.Role.WORKER
        && fleet.seen(machine.id()).facts().filter(facts -> facts.pciGpus() > 0).isPresent();
  }

  private MachinePlan plan(Transaction tx, Machine machine, Resolver resolver, Bundle bundle) {
    Seen seen = fleet.seen(machine.id());
    List<String> obstacles = new ArrayList<>(obstacles(tx, machine, seen));
    Optional<Resolution> resolution = seen.facts().map(facts -> resolver.resolve(bundle, facts));
    resolution.ifPresent(found -> obstacles.addAll(found.obstacles()));
    Optional<DriverSet> driver = resolution.flatMap(Resolution::driver);
    Optional<DriverStack> stack = seen.facts().flatMap(MachineFacts::driver);
    List<String> notes = new ArrayList<>();
    resolution.ifPresent(found -> notes.addAll(found.notes()));
    BundlePlan changes = new BundlePlan(List.of());
    if (driver.isPresent() && stack.isPresent()) {
      changes = BundlePlan.of(driver.get(), stack.get());
      for (String name : BundlePlan.strangers(driver.get(), stack.get())) {
        notes.add("package " + name + ": of another driver; it gives way");
      }
    }
    return made(
            tx,
            machine,
            new Found(obstacles.isEmpty() ? driver : Optional.empty(), changes),
            obstacles)
        .noting(notes);
  }

  private MachinePlan rollback(Transaction tx, Machine machine) {
    Seen seen = fleet.seen(machine.id());
    List<String> obstacles = new ArrayList<>(obstacles(tx, machine, seen));
    Optional<DriverStack> stack = seen.facts().flatMap(MachineFacts::driver);
    String bundle = stack.map(DriverStack::bundle).orElse("");
    if (bundle.isEmpty()) {
      obstacles.add("bundle: none was applied (expected: one to go back from)");
    } else if (!stack.map(DriverStack::canRestore).orElse(false)) {
      obstacles.add(
          "bundle: what was before " + bundle + " is not kept (expected: kept by its agent)");
    }
    BundlePlan back =
        new BundlePlan(
            List.of(
                new BundlePlan.Change("bundle", bundle, "what was before it", Disruption.REBOOTS)));
    return made(tx, machine, new Found(Optional.empty(), back), obstacles);
  }

  private record Found(Optional<DriverSet> driver, BundlePlan plan) {}

  private static List<String> obstacles(Transaction tx, Machine machine, Seen seen) {
    List<String> obstacles = new ArrayList<>();
    if (machine.role() == Machine.Role.JUMPHOST || isOwnJumphost(tx, machine)) {
      obstacles.add("role: jumphost (expected: worker; users are logged in on a jumphost)");
    }
    if (machine.isRevoked()) {
      obstacles.add("link: revoked (expected: a machine that is trusted)");
    } else if (!seen.isConnected()) {
      obstacles.add("link: its agent is not connected (expected: connected)");
    }
    if (seen.facts().isEmpty()) {
      obstacles.add("report: none since the controller started (expected: one)");
    }
    return obstacles;
  }

  private static Stream<Instance> leases(Transaction tx, Machine machine) {
    return tx.instances().stream().filter(instance -> instance.machineId().equals(machine.id()));
  }

  /** Whether it is of the pool, and a cluster's jumphost and nothing else. */
  private static boolean isOwnJumphost(Transaction tx, Machine machine) {
    return leases(tx, machine).findFirst().isPresent()
        && leases(tx, machine).allMatch(Instance::isJumphost);
  }

  private MachinePlan made(Transaction tx, Machine machine, Found found, List<String> obstacles) {
    Optional<Instance> lease =
        leases(tx, machine).filter(instance -> !instance.isJumphost()).findFirst();
    Optional<Verdict> unwell =
        fleet
            .seen(machine.id())
            .facts()
            .flatMap(
                facts ->
                    facts.judged().verdicts().stream()
                        .filter(verdict -> UNWELL.contains(verdict.level()))
                        .filter(verdict -> verdict.suppressed().isEmpty())
                        .min(Comparator.comparing(Verdict::since)));
    return new MachinePlan(
        machine,
        lease.map(Instance::name).orElse(""),
        found.driver(),
        found.plan(),
        obstacles,
        List.of(),
        lease.map(instance -> jobs(tx, instance)).orElse(List.of()),
        unwell.map(Verdict::since),
        unwell.map(verdict -> verdict.check() + ": " + verdict.message()).orElse(""));
  }

  private List<String> jobs(Transaction tx, Instance node) {
    return tx.instances(node.cluster()).stream()
        .filter(Instance::isJumphost)
        .findFirst()
        .flatMap(jumphost -> fleet.seen(jumphost.machineId()).facts())
        .flatMap((MachineFacts facts) -> facts.slurmCluster(node.cluster().value()))
        .map(slurm -> slurm.jobs().stream().filter(job -> job.nodes().contains(node.name())))
        .map(jobs -> jobs.map((Job job) -> job.id() + " of " + job.user()).toList())
        .orElse(List.of());
  }
}

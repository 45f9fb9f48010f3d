package io.coxswain.controller.simulation;

import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceLifecycle;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.spec.ClusterSpec.Intent;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.MemoryStore;
import io.coxswain.controller.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows what must hold at every moment and says so when it does not. Invariants of the product:
 *
 * <ul>
 *   <li>A machine is leased to one worker instance at most; a uid belongs to one cluster for ever.
 *   <li>An instance changes its state by a rule of the lifecycle, and the event of that rule is
 *       written in the same commit.
 *   <li>A worker that becomes RUNNING was in a check that passed since it was last asked to become
 *       so.
 *   <li>A worker that nobody leases has nothing of any cluster, from the moment its instance is
 *       DESTROYED.
 *   <li>What an agent holds never grows older. An operation that has ended never changes.
 *   <li>A user's running job ends by itself, by force that somebody asked for, or with its machine.
 * </ul>
 */
final class Oracle {
  private final Timeline timeline;
  private final MemoryStore store;
  private final FakeSlurm slurm;
  private final Map<String, AgentMachine> machines = new HashMap<>();
  private final Map<String, Instance> instances = new HashMap<>();
  private final Map<String, Operation> ended = new HashMap<>();
  private final Map<Integer, String> uids = new HashMap<>();
  private final Map<String, Long> generations = new HashMap<>();
  private final Map<String, Set<String>> leases = new HashMap<>();
  private final Map<String, Integer> checks = new HashMap<>();
  private final Map<String, Integer> checksBefore = new HashMap<>();
  private final List<RunningJob> jobs = new ArrayList<>();
  private final Set<String> forced = new HashSet<>();
  private long lastEvent;

  /** A job of a user that nobody may end. */
  record RunningJob(String cluster, int id, String machineId, long process, int uid) {}

  Oracle(Timeline timeline, MemoryStore store, FakeSlurm slurm) {
    this.timeline = timeline;
    this.store = store;
    this.slurm = slurm;
  }

  void watch(AgentMachine machine) {
    machines.put(machine.id(), machine);
  }

  List<RunningJob> jobs() {
    return List.copyOf(jobs);
  }

  /** Where force was asked for, jobs are nobody's any more. */
  void runs(RunningJob job) {
    if (!forced.contains(job.cluster())) {
      jobs.add(job);
    }
  }

  /** It ended by itself, or somebody asked for its end. */
  void endsRightly(RunningJob job) {
    jobs.remove(job);
  }

  /** Its users' processes died with its power. */
  void rebooted(AgentMachine machine) {
    for (RunningJob job : jobs()) {
      if (job.machineId().equals(machine.id())) {
        slurm.cluster(job.cluster()).finish(job.id());
        jobs.remove(job);
      }
    }
  }

  /** A change on a machine. */
  void did(AgentMachine machine, String point) {
    if (point.startsWith("after run srun")) {
      int from = point.indexOf("--nodelist=") + "--nodelist=".length();
      String nodes = point.substring(from, point.indexOf(' ', from));
      Stream.of(nodes.split(",", -1)).forEach(node -> checks.merge(node, 1, Integer::sum));
    }
  }

  /** After an agent did something. */
  void acted(AgentMachine machine) {
    if (machine.isAlive()) {
      long now = machine.generation();
      long before = generations.getOrDefault(machine.id(), 0L);
      demand(now >= before, machine.name() + ": generation " + before + " became " + now);
      generations.put(machine.id(), now);
    }
    if (machine.host().isUp()) {
      demandCleanWhereFree(machine);
      checkJobs();
    }
  }

  private void checkJobs() {
    for (RunningJob job : jobs) {
      boolean runs =
          slurm.cluster(job.cluster()).jobs().stream().anyMatch(each -> each.id() == job.id());
      demand(runs, "job " + job.id() + " of " + job.cluster() + " was ended");
      AgentMachine machine = machine(job.machineId());
      boolean isThere = machine.host().users().processes(job.uid()).contains(job.process());
      demand(
          isThere,
          "the process of job "
              + job.id()
              + " of "
              + job.cluster()
              + " was ended on "
              + machine.name());
    }
  }

  /** After a commit. */
  void committed() {
    store.read(
        tx -> {
          List<Event> events = tx.events(Optional.empty(), lastEvent, Integer.MAX_VALUE);
          for (Event event : events) {
            timeline.trace(
                ControllerProcess.NAME,
                event.kind()
                    + " "
                    + event.cluster()
                    + " "
                    + event.instance()
                    + " "
                    + event.message());
            lastEvent = event.number();
          }
          tx.clustersEver()
              .forEach(
                  cluster -> {
                    String known =
                        uids.putIfAbsent(cluster.spec().uid(), cluster.spec().id().value());
                    demand(
                        known == null || known.equals(cluster.spec().id().value()),
                        "uid " + cluster.spec().uid() + " given twice");
                    if (cluster.spec().intent() == Intent.DESTROY_WITH_JOBS) {
                      forced.add(cluster.spec().id().value());
                    }
                  });
          jobs.removeIf(job -> forced.contains(job.cluster()));
          checkInstances(tx, events);
          checkOperations(tx);
          return true;
        });
  }

  private void checkInstances(Transaction tx, List<Event> events) {
    leases.clear();
    for (Instance after :
        tx.clustersEver().stream()
            .flatMap(cluster -> tx.instances(cluster.spec().id()).stream())
            .toList()) {
      if (after.hasMachine()) {
        leases.computeIfAbsent(after.machineId(), id -> new HashSet<>()).add(after.name());
      }
      Instance before = instances.put(after.name(), after);
      if (before != null && before.state() != after.state()) {
        checkRule(before, after, events);
      }
      if (after.hasMachine()) {
        String reached = machine(after.machineId()).address().getHostAddress();
        demand(
            after.settled().address().equals(reached),
            after.name() + " settled on the address " + after.settled().address());
      }
      if (before != null) {
        changed(before, after);
      }
    }
    for (AgentMachine machine : machines.values()) {
      Set<String> by = leases.getOrDefault(machine.id(), Set.of());
      demand(machine.id().equals("m-0") || by.size() <= 1, machine.name() + " is leased to " + by);
    }
  }

  private void checkRule(Instance before, Instance after, List<Event> events) {
    Set<String> told =
        events.stream()
            .filter(event -> event.instance().equals(after.name()))
            .map(Event::kind)
            .collect(Collectors.toSet());
    boolean isRuled =
        InstanceLifecycle.RULES.stream()
            .anyMatch(
                rule ->
                    rule.from() == before.state()
                        && rule.to() == after.state()
                        && told.contains(rule.event().name()));
    demand(
        isRuled, after.name() + ": " + before.state() + " became " + after.state() + " by " + told);
  }

  private void changed(Instance before, Instance after) {
    boolean isAskedAnew =
        before.retry() != after.retry() || !before.machineId().equals(after.machineId());
    if (isAskedAnew) {
      checksBefore.put(after.name(), checks.getOrDefault(after.name(), 0));
    }
    if (before.state() == after.state() || after.isJumphost()) {
      return;
    }
    if (after.state() == InstanceState.RUNNING) {
      demand(
          after.evidence().contains(" on " + after.name() + ":"),
          after.name() + " runs without evidence: " + after.evidence());
      boolean isProven =
          checks.getOrDefault(after.name(), 0) > checksBefore.getOrDefault(after.name(), 0);
      demand(isProven, after.name() + " runs without a check since it was last asked for");
    }
    if (after.state() == InstanceState.DESTROYED && before.hasMachine()) {
      demand(!after.hasMachine(), after.name() + " is gone and leases " + after.machineId());
      Cleanliness.demand(machine(before.machineId()));
    }
  }

  private void checkOperations(Transaction tx) {
    for (Operation operation : tx.operations()) {
      Operation before = ended.get(operation.id());
      demand(
          before == null || before.equals(operation),
          "operation " + operation.id() + " had ended: " + before + " became " + operation);
      if (operation.state() != Operation.State.IN_PROGRESS) {
        ended.put(operation.id(), operation);
      }
    }
  }

  private void demandCleanWhereFree(AgentMachine machine) {
    if (!machine.id().equals("m-0") && !leases.containsKey(machine.id())) {
      Cleanliness.demand(machine);
    }
  }

  private AgentMachine machine(String id) {
    AgentMachine machine = machines.get(id);
    if (machine == null) {
      throw new AssertionError("machine " + id + " is leased and was never enrolled");
    }
    return machine;
  }

  static void demand(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.observed.TestResult;
import io.coxswain.controller.plan.Assignments;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.NodeTests;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Ends active tests whose agent has told what came out, or never will: the results are kept and
 * compared with the machines' baselines, and the operation ends, in one transaction.
 */
final class TestEnds {
  /** Longer than all parts of a test at their deadlines, and than an agent takes to come back. */
  private static final Duration LONGEST = Duration.ofMinutes(45);

  // A repeated test disturbs once more; the agent's own looks are inside one attempt.
  private static final int ATTEMPTS = 2;

  private final World world;
  private final Assignments assignments;
  private final Instant now;

  TestEnds(World world, Assignments assignments, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.now = now;
  }

  private record End(NodeTest test, Operation.State state, String message) {}

  boolean isDue(ClusterId id) {
    return !ends(id).isEmpty();
  }

  void settle(Transaction tx, ClusterId id) {
    for (End end : ends(id)) {
      tx.save(end.test);
      List<String> worse = keep(tx, end.test);
      String message =
          worse.isEmpty() ? end.message : end.message + "; " + String.join("; ", worse);
      tx.operation(end.test.operation())
          .ifPresent(operation -> tx.save(operation.ended(end.state, now, message)));
      tx.append(Event.of(now, id.value(), "", "", "TESTED", message));
    }
  }

  private List<End> ends(ClusterId id) {
    return world.tests().stream()
        .filter(test -> test.cluster().equals(id) && test.isUnderWay())
        .map(this::end)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<End> end(NodeTest test) {
    Cluster cluster = world.clusters().get(test.cluster());
    Optional<Instance> jumphost = world.jumphost(test.cluster());
    if (cluster == null || cluster.spec().intent().isDestroy() || jumphost.isEmpty()) {
      return Optional.of(
          new End(test.ended(now, ""), Operation.State.CANCELLED, "the cluster is to go"));
    }
    Optional<GroupOutcome> told =
        assignments.outcome(jumphost.get(), GroupNames.test(test.cluster()));
    if (told.filter(outcome -> outcome.state() == GroupOutcome.State.DONE).isPresent()) {
      return Optional.of(done(test.ended(now, told.get().evidence())));
    }
    if (told.filter(outcome -> outcome.isGivenUp(ATTEMPTS)).isPresent()) {
      String why = told.get().failure().map(GroupOutcome.Failure::message).orElse("");
      return Optional.of(new End(test.ended(now, ""), Operation.State.FAILED, why));
    }
    return now.isBefore(test.startedAt().plus(LONGEST))
        ? Optional.empty()
        : Optional.of(
            new End(
                test.ended(now, ""),
                Operation.State.FAILED,
                "no result within "
                    + LONGEST.toMinutes()
                    + " minutes; cox why "
                    + jumphost.get().name()));
  }

  private static End done(NodeTest test) {
    List<TestResult> results = test.parsed();
    List<TestResult> failed = of(results, TestResult.State.FAILED);
    List<TestResult> skipped = of(results, TestResult.State.SKIPPED);
    long measured = of(results, TestResult.State.MEASURED).size();
    if (measured == 0 && failed.isEmpty()) {
      String why =
          skipped.isEmpty() ? "the agent told nothing" : "no node was idle" + names(skipped);
      return new End(test, Operation.State.FAILED, why);
    }
    String message =
        measured
            + " results"
            + (skipped.isEmpty() ? "" : ", skipped" + names(skipped))
            + (failed.isEmpty() ? "" : ", failed" + names(failed));
    return new End(
        test, failed.isEmpty() ? Operation.State.SUCCEEDED : Operation.State.FAILED, message);
  }

  private static List<TestResult> of(List<TestResult> results, TestResult.State state) {
    return results.stream().filter(result -> result.state() == state).toList();
  }

  private static String names(List<TestResult> results) {
    List<String> words = new ArrayList<>();
    for (TestResult result : results) {
      String kind = result.kind().isEmpty() ? "" : result.kind() + " ";
      words.add(kind + result.node() + " (" + result.detail() + ")");
    }
    int shown = Math.min(5, words.size());
    String rest = shown < words.size() ? " and " + (words.size() - shown) + " more" : "";
    return ": " + String.join(", ", words.subList(0, shown)) + rest;
  }

  /** Keeps what the machines reached; says which are worse than they were. */
  private List<String> keep(Transaction tx, NodeTest test) {
    List<String> worse = new ArrayList<>();
    for (NodeTests.Reached reached : NodeTests.reached(test)) {
      Optional<Instance> instance =
          world.workers(test.cluster()).stream()
              .filter(worker -> worker.name().equals(reached.node()) && worker.hasMachine())
              .findFirst();
      MachineView view =
          instance.map(worker -> world.machines().get(worker.machineId())).orElse(null);
      if (instance.isEmpty() || view == null) {
        continue;
      }
      Measurement kept = keep(tx, test, view.machine().id(), reached);
      if (kept.isWorse()) {
        String words = reached.kind() + text(kept) + kept.line();
        worse.add(view.machine().name() + " " + reached.kind() + " " + kept.line());
        tx.append(
            Event.of(
                now,
                test.cluster().value(),
                reached.node(),
                view.machine().name(),
                "UNDER_BASELINE",
                words));
      }
    }
    return worse;
  }

  private Measurement keep(
      Transaction tx, NodeTest test, String machine, NodeTests.Reached reached) {
    Measurement newest =
        new Measurement(
            machine,
            reached.kind(),
            reached.peers(),
            reached.unit(),
            reached.value(),
            now,
            reached.value(),
            now,
            test.tolerancePercent(),
            test.operation());
    Measurement kept =
        tx.measurements(machine).stream()
            .filter(
                known ->
                    known.kind().equals(reached.kind()) && known.peers().equals(reached.peers()))
            .findFirst()
            .map(known -> known.next(newest, test.isNewBaseline()))
            .orElse(newest);
    tx.save(kept);
    return kept;
  }

  private static String text(Measurement kept) {
    return String.format(
        Locale.ROOT,
        " %.2f %s, once %.2f %s: ",
        kept.latest(),
        kept.unit(),
        kept.baseline(),
        kept.unit());
  }
}

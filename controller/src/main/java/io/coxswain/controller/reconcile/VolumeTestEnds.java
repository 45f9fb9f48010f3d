package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.TestResult;
import io.coxswain.controller.plan.Assignments;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends measurements of volumes once every node has told, or never will. */
final class VolumeTestEnds {
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final String MEASURED = "measured ";

  private final World world;
  private final Assignments assignments;
  private final Instant now;

  VolumeTestEnds(World world, Assignments assignments, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.now = now;
  }

  private record End(VolumeTest test, Operation.State state, String message) {}

  boolean isDue(ClusterId id) {
    return !ends(id).isEmpty();
  }

  void settle(Transaction tx, ClusterId id) {
    for (End end : ends(id)) {
      tx.storage().save(end.test());
      tx.operation(end.test().operation())
          .ifPresent(operation -> tx.save(operation.ended(end.state(), now, end.message())));
    }
  }

  private List<End> ends(ClusterId id) {
    return world.storage().tests().stream()
        .filter(test -> test.cluster().equals(id))
        .map(this::end)
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<End> end(VolumeTest test) {
    boolean isThere =
        world.storage().of(test.cluster(), test.volume()).filter(Attachment::isWanted).isPresent();
    boolean isEnding =
        Optional.ofNullable(world.clusters().get(test.cluster()))
            .map(cluster -> cluster.spec().intent().isDestroy())
            .orElse(true);
    if (!isThere || isEnding) {
      return Optional.of(
          new End(
              test.ended(now, ""),
              Operation.State.CANCELLED,
              "the volume is not attached any more"));
    }
    List<String> lines = new ArrayList<>();
    boolean isOver = !now.isBefore(test.startedAt().plus(LONGEST));
    for (Instance worker : world.workers(test.cluster())) {
      List<String> told = lines(test, worker);
      if (told.isEmpty() && !isOver) {
        return Optional.empty();
      }
      lines.addAll(
          told.isEmpty()
              ? List.of(failed(worker, "no result within " + LONGEST.toMinutes() + " minutes"))
              : told);
    }
    return Optional.of(ended(test.ended(now, String.join("\n", lines))));
  }

  private static End ended(VolumeTest test) {
    List<TestResult> results = test.parsed();
    long nodes =
        results.stream()
            .filter(result -> result.state() == TestResult.State.MEASURED)
            .map(TestResult::node)
            .distinct()
            .count();
    List<String> failed =
        results.stream()
            .filter(result -> result.state() == TestResult.State.FAILED)
            .map(result -> result.node() + ": " + result.detail())
            .toList();
    boolean isGood = nodes > 0 && failed.isEmpty();
    return new End(
        test,
        isGood ? Operation.State.SUCCEEDED : Operation.State.FAILED,
        nodes
            + " nodes measured"
            + (failed.isEmpty() ? "" : "; failed: " + String.join("; ", failed)));
  }

  /** What a node told; empty while it is still to tell. */
  private List<String> lines(VolumeTest test, Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    if (worker.state() != InstanceState.RUNNING || view == null) {
      return List.of("skipped - " + worker.name() + " - it is " + worker.state());
    }
    if (!view.seen().isConnected()) {
      return List.of("skipped - " + worker.name() + " - its agent does not answer");
    }
    Optional<GroupOutcome> measured =
        assignments.outcome(worker, GroupNames.volumeTest(test.cluster(), test.volume()));
    if (measured.filter(told -> told.state() == GroupOutcome.State.DONE).isPresent()) {
      return measured(worker, measured.get().evidence());
    }
    return measured
        .filter(told -> told.isGivenUp(1))
        // One that is not mounted there is never measured.
        .or(
            () ->
                assignments
                    .outcome(worker, GroupNames.volume(test.cluster(), test.volume()))
                    .filter(told -> told.isGivenUp(1)))
        .flatMap(GroupOutcome::failure)
        .map(why -> List.of(failed(worker, why.message())))
        .orElse(List.of());
  }

  // "measured write 134.22 MB/s" is told without a name: the machine knows none.
  private static List<String> measured(Instance worker, String evidence) {
    List<String> lines = new ArrayList<>();
    for (String line : evidence.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (line.startsWith(MEASURED) && words.length == 3) {
        lines.add(MEASURED + words[1] + " " + worker.name() + " - " + words[2]);
      }
    }
    return lines.isEmpty() ? List.of(failed(worker, "its agent told nothing")) : lines;
  }

  private static String failed(Instance worker, String why) {
    return "failed write " + worker.name() + " - " + why;
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps the nodes of machines that are not well from jobs, and gives them back once they are well
 * and were tested. Only what an agent says now counts: silence, and what the store remembers of
 * another time, changes nothing.
 */
final class Holds {
  // What slurmctld writes when slurmd says that its Prolog or Epilog failed.
  private static final Pattern PROLOG = Pattern.compile("(Prolog|Epilog) error");

  private final World world;
  private final Assignments assignments;
  private final Draft draft;
  private final Instant now;

  Holds(World world, Assignments assignments, Draft draft, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.draft = draft;
    this.now = now;
  }

  /** Lays a hold on a running worker, or takes it off. */
  void judge(Instance worker) {
    Optional<MachineFacts> facts = judged(worker);
    if (facts.isEmpty()) {
      return;
    }
    Optional<Verdict> worst = worst(facts.get());
    Optional<Hold> hold = worker.hold();
    if (hold.isEmpty()) {
      worst
          .map(verdict -> Hold.of(verdict, now, facts.get().at()))
          .or(() -> refused(worker, facts.get().at()))
          .ifPresent(laid -> lay(worker, laid));
    } else if (hold.get().isAsked() && !hold.get().isRetesting()) {
      // Whoever asked for it ends it.
      return;
    } else if (worst.isPresent()) {
      if (hold.get().isRetesting()) {
        lay(worker, Hold.of(worst.get(), now, facts.get().at()));
      }
    } else if (!hold.get().isRetesting()) {
      if (facts.get().at().isAfter(hold.get().reportedAt())) {
        draft.put(worker.held(Optional.of(hold.get().retesting())));
        draft.note(worker, "RETESTING", hold.get().check() + " is over; the node is tested");
      }
    } else if (isDoneByJumphost(worker)) {
      draft.put(worker.held(Optional.empty()));
      draft.note(worker, "RETURNED", "tested, and given back to jobs");
    }
  }

  /** Fails a worker on its way whose machine should take no jobs; says whether it did. */
  boolean fails(Instance worker) {
    Optional<Verdict> worst = judged(worker).flatMap(Holds::worst);
    worst.ifPresent(
        verdict -> {
          String message = draft.machineName(worker) + " is not well: " + verdict.line();
          GroupOutcome.Failure failure =
              new GroupOutcome.Failure(
                  "UNHEALTHY",
                  message,
                  List.of(),
                  verdict.action() == Verdict.Action.NONE
                      ? "cox why " + draft.machineName(worker)
                      : verdict.action().word() + " on " + draft.machineName(worker));
          draft.happen(worker, InstanceEvent.STEP_FAILED, message, Optional.of(failure));
        });
    return worst.isPresent();
  }

  void lay(Instance worker, Hold hold) {
    draft.put(worker.held(Optional.of(hold)));
    draft.note(worker, "HELD", "kept from jobs: " + hold.reason() + ": " + hold.message());
  }

  /** Keeps new jobs away, by a hold that is there or by this one; true once none runs any more. */
  boolean isEmptied(Instance worker, Hold hold) {
    // A node that failed at its gate is known to slurmctld, too, and may have got jobs since.
    boolean mayHaveJobs = world.isServing(worker.cluster());
    if (mayHaveJobs && worker.hold().isEmpty()) {
      lay(worker, hold);
      return false;
    }
    if (mayHaveJobs && worker.hold().get().isRetesting()) {
      draft.put(worker.held(worker.hold().map(Hold::beforeTest)));
      return false;
    }
    return !mayHaveJobs || isDoneByJumphost(worker);
  }

  /** Whether the jumphost's agent has done what the hold asks for now. */
  boolean isDoneByJumphost(Instance worker) {
    return world
        .jumphost(worker.cluster())
        .map(
            jumphost ->
                assignments.isDone(jumphost, GroupNames.hold(worker.cluster(), worker.name())))
        .orElse(false);
  }

  /** A job's prolog failed there: Slurm has drained the node, and it is for us to give it back. */
  private Optional<Hold> refused(Instance worker, Instant reportedAt) {
    return world
        .jumphost(worker.cluster())
        .map(jumphost -> world.machines().get(jumphost.machineId()))
        .flatMap(view -> view.seen().facts())
        .flatMap(facts -> facts.slurmCluster(worker.cluster().value()))
        .flatMap(
            slurm ->
                slurm.nodes().stream()
                    .filter(node -> node.name().equals(worker.name()))
                    .filter(node -> PROLOG.matcher(node.reason()).lookingAt())
                    .findFirst())
        .map(
            node ->
                new Hold(
                    "prolog",
                    "",
                    Verdict.Action.NONE,
                    "slurmd: " + node.reason() + "; its agent refused a job, or did not answer",
                    now,
                    reportedAt,
                    false));
  }

  /** What the agent of a worker says in this run of ours; empty when it has judged nothing. */
  Optional<MachineFacts> judged(Instance worker) {
    MachineView view = world.machines().get(worker.machineId());
    if (worker.isJumphost() || view == null || !view.seen().isConnected()) {
      return Optional.empty();
    }
    // What the store remembers has no address.
    return view.seen()
        .facts()
        .filter(facts -> !facts.address().isEmpty() && facts.judged().checks() > 0);
  }

  private static Optional<Verdict> worst(MachineFacts facts) {
    return facts.judged().draining().stream()
        .max(
            Comparator.comparing(Verdict::action)
                .thenComparing(Comparator.comparing(Verdict::since).reversed()));
  }
}

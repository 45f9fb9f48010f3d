package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.plan.Assignments;
import io.coxswain.controller.plan.GroupNames;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the volumes of a cluster a step further once its machines have told what they did. All or
 * nothing among those that answer: where one cannot mount a volume, all give it back; where one has
 * files of it open, all keep it. A machine that is silent does later what the others have done.
 */
final class VolumeEnds {
  /** Mounting has its deadline of 15 seconds on the machine, and its proof some more. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  // Whoever attaches a volume wants to know at once; the next try is theirs.
  private static final int ATTACH_ATTEMPTS = 1;
  private static final int DETACH_ATTEMPTS = 2;

  private final World world;
  private final Assignments assignments;
  private final Instant now;

  VolumeEnds(World world, Assignments assignments, Instant now) {
    this.world = world;
    this.assignments = assignments;
    this.now = now;
  }

  /**
   * What becomes of an attachment.
   *
   * @param after empty: it is no more
   * @param operation how the operation that waits for it ended; empty: it goes on, or nobody waits
   */
  private record Turn(
      Attachment before,
      Optional<Attachment> after,
      Optional<Operation.State> operation,
      String message) {}

  boolean isDue(ClusterId id) {
    return !turns(id).isEmpty() || new VolumeTestEnds(world, assignments, now).isDue(id);
  }

  void settle(Transaction tx, ClusterId id) {
    for (Turn turn : turns(id)) {
      turn.after().ifPresentOrElse(tx.storage()::save, () -> tx.storage().remove(turn.before()));
      turn.operation()
          .ifPresent(
              state ->
                  tx.operation(turn.before().operation())
                      .ifPresent(open -> tx.save(open.ended(state, now, turn.message()))));
      String kind = turn.after().map(after -> "VOLUME_" + after.state()).orElse("VOLUME_DETACHED");
      String message = turn.message().isEmpty() ? turn.before().path() : turn.message();
      tx.append(Event.of(now, id.value(), "", "", kind, turn.before().volume() + ": " + message));
    }
    new VolumeTestEnds(world, assignments, now).settle(tx, id);
    if (tx.cluster(id).flatMap(cluster -> cluster.destroyedAt()).isPresent()) {
      tx.storage().removeAttachments(id);
    }
  }

  private List<Turn> turns(ClusterId id) {
    return world.storage().of(id).stream().map(this::turn).flatMap(Optional::stream).toList();
  }

  private Optional<Turn> turn(Attachment attachment) {
    boolean isEnding =
        Optional.ofNullable(world.clusters().get(attachment.cluster()))
            .map(cluster -> cluster.spec().intent().isDestroy())
            .orElse(true);
    if (isEnding) {
      return attachment.isChanging() ? Optional.of(cancelled(attachment)) : Optional.empty();
    }
    return switch (attachment.state()) {
      case ATTACHING -> attaching(attachment);
      case ATTACHED -> Optional.empty();
      case LOOKING -> looking(attachment);
      case DETACHING -> detaching(attachment);
    };
  }

  private static Turn cancelled(Attachment attachment) {
    Attachment after =
        attachment.state() == Attachment.State.DETACHING
            ? attachment.unwatched()
            : attachment.settled(Attachment.State.ATTACHED, attachment.since());
    return new Turn(
        attachment,
        Optional.of(after),
        Optional.of(Operation.State.CANCELLED),
        "the cluster is to go");
  }

  private Optional<Turn> attaching(Attachment attachment) {
    List<Instance> asked = asked(attachment);
    Optional<String> failed = failed(attachment, asked, ATTACH_ATTEMPTS);
    boolean isWatched = !attachment.operation().isEmpty();
    if (failed.isPresent() && isWatched) {
      return ended(attachment, attachment.undone(now), failed.get() + "; it is not attached");
    }
    List<Instance> left = asked.stream().filter(instance -> !isDone(attachment, instance)).toList();
    boolean isOver = isWatched ? left.isEmpty() : isQuiet(attachment, left);
    if (!asked.isEmpty() && isOver) {
      return Optional.of(
          new Turn(
              attachment,
              Optional.of(attachment.settled(Attachment.State.ATTACHED, now)),
              isWatched ? Optional.of(Operation.State.SUCCEEDED) : Optional.empty(),
              "mounted at "
                  + attachment.path()
                  + " on "
                  + (asked.size() - left.size())
                  + " machines"
                  + later(attachment)));
    }
    return isWatched && isOverdue(attachment)
        ? ended(attachment, attachment.undone(now), overdue(left) + "; it is not attached")
        : Optional.empty();
  }

  /** Nobody waits: those that failed are shown and tried again, and a new cluster has its time. */
  private boolean isQuiet(Attachment attachment, List<Instance> left) {
    boolean isOnTheWay =
        world.of(attachment.cluster()).stream().anyMatch(each -> each.state().isTransient());
    return !isOnTheWay && left.stream().allMatch(each -> isGivenUp(attachment, each, 1));
  }

  private Optional<Turn> looking(Attachment attachment) {
    List<Instance> asked = asked(attachment);
    Optional<Turn> refused = refused(attachment, asked);
    if (refused.isPresent()) {
      return refused;
    }
    if (asked.stream().allMatch(instance -> isDone(attachment, instance))) {
      return Optional.of(
          new Turn(
              attachment,
              Optional.of(attachment.in(Attachment.State.DETACHING, now)),
              Optional.empty(),
              ""));
    }
    return isOverdue(attachment) ? stays(attachment, overdue(asked)) : Optional.empty();
  }

  private Optional<Turn> detaching(Attachment attachment) {
    boolean isWatched = !attachment.operation().isEmpty();
    List<Instance> asked = asked(attachment);
    Optional<Turn> refused = isWatched ? refused(attachment, asked) : Optional.empty();
    if (refused.isPresent()) {
      return refused;
    }
    boolean isDone = asked.stream().allMatch(instance -> isDone(attachment, instance));
    boolean isGone =
        isDone
            && world.of(attachment.cluster()).stream()
                .filter(Instance::hasMachine)
                .allMatch(instance -> isDone(attachment, instance));
    if (isGone || (isDone && isWatched)) {
      return Optional.of(
          new Turn(
              attachment,
              isGone ? Optional.empty() : Optional.of(attachment.unwatched()),
              isWatched ? Optional.of(Operation.State.SUCCEEDED) : Optional.empty(),
              isWatched ? "unmounted; its data are as they were" + later(attachment) : ""));
    }
    return isWatched && isOverdue(attachment)
        ? ended(attachment, attachment.unwatched(), overdue(asked) + "; it goes on")
        : Optional.empty();
  }

  /** Somebody has files open, or it could not be looked at or unmounted: all machines keep it. */
  private Optional<Turn> refused(Attachment attachment, List<Instance> asked) {
    for (Instance instance : asked) {
      Optional<GroupOutcome> held = outcome(attachment, instance).filter(GroupOutcome::isBlocked);
      if (held.isPresent()) {
        return stays(
            attachment,
            "refused: "
                + instance.name()
                + ": "
                + held.get().failure().map(GroupOutcome.Failure::message).orElse("")
                + "; wait for them, or: cox cluster detach "
                + attachment.cluster()
                + " "
                + attachment.volume()
                + " --force");
      }
    }
    return failed(attachment, asked, DETACH_ATTEMPTS).flatMap(why -> stays(attachment, why));
  }

  private Optional<Turn> stays(Attachment attachment, String why) {
    return ended(attachment, attachment.settled(Attachment.State.ATTACHED, now), why);
  }

  private static Optional<Turn> ended(Attachment before, Attachment after, String why) {
    return Optional.of(
        new Turn(before, Optional.of(after), Optional.of(Operation.State.FAILED), why));
  }

  /** Those whose agents answer and whose machines are set up: they are waited for. */
  private List<Instance> asked(Attachment attachment) {
    return inPlace(attachment).stream().filter(this::isConnected).toList();
  }

  private List<Instance> inPlace(Attachment attachment) {
    return world.of(attachment.cluster()).stream()
        .filter(Instance::hasMachine)
        .filter(
            instance ->
                instance.state() == InstanceState.RUNNING
                    || instance.state() == InstanceState.CONFIGURING
                    || instance.state() == InstanceState.CONTAINER_CREATING)
        .toList();
  }

  private boolean isConnected(Instance instance) {
    MachineView view = world.machines().get(instance.machineId());
    return view != null && view.seen().isConnected();
  }

  private String later(Attachment attachment) {
    List<String> silent = new ArrayList<>();
    inPlace(attachment).stream()
        .filter(instance -> !isConnected(instance))
        .forEach(instance -> silent.add(instance.name()));
    return silent.isEmpty()
        ? ""
        : "; on " + String.join(", ", silent) + " as soon as an agent answers there";
  }

  private Optional<String> failed(Attachment attachment, List<Instance> asked, int attempts) {
    return asked.stream()
        .filter(instance -> isGivenUp(attachment, instance, attempts))
        .findFirst()
        .map(
            instance ->
                instance.name()
                    + ": "
                    + outcome(attachment, instance)
                        .flatMap(GroupOutcome::failure)
                        .map(why -> why.message() + " (" + why.nextAction() + ")")
                        .orElse("failed"));
  }

  private boolean isGivenUp(Attachment attachment, Instance instance, int attempts) {
    return outcome(attachment, instance).filter(told -> told.isGivenUp(attempts)).isPresent();
  }

  private boolean isDone(Attachment attachment, Instance instance) {
    return outcome(attachment, instance)
        .filter(told -> told.state() == GroupOutcome.State.DONE)
        .isPresent();
  }

  private Optional<GroupOutcome> outcome(Attachment attachment, Instance instance) {
    return assignments.outcome(
        instance, GroupNames.volume(attachment.cluster(), attachment.volume()));
  }

  private boolean isOverdue(Attachment attachment) {
    return !now.isBefore(attachment.since().plus(LONGEST));
  }

  private static String overdue(List<Instance> left) {
    List<String> names = left.stream().map(Instance::name).limit(5).toList();
    return "no end within "
        + LONGEST.toMinutes()
        + " minutes on "
        + (names.isEmpty() ? "any machine" : String.join(", ", names));
  }
}

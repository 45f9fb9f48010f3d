package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.lifecycle.Roll.Member;
import io.coxswain.controller.lifecycle.Roll.State;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a driver bundle from machine to machine: no more at one time than it may, and none further
 * after the first that failed, which gets back what it had.
 */
final class RollDecision {
  private static final String INSTALLED = "installed";

  private final World world;
  private final Roll roll;
  private final Draft draft;
  private final Instant now;

  RollDecision(World world, Roll roll, Draft draft, Instant now) {
    this.world = world;
    this.roll = roll;
    this.draft = draft;
    this.now = now;
  }

  void decide() {
    List<Member> looked = roll.members().stream().map(this::look).toList();
    boolean isStopped = looked.stream().anyMatch(member -> hasFailed(member.state()));
    long busy =
        looked.stream()
            .filter(member -> member.state() != State.WAITING && member.state().isOpen())
            .count();
    List<Member> members = new ArrayList<>();
    for (Member member : looked) {
      Member next = member;
      if (member.state() == State.WAITING && isStopped) {
        next = member.in(State.SKIPPED, "not begun, since another machine failed");
      } else if (member.state() == State.WAITING && busy < roll.maxUnavailable()) {
        next =
            Optional.ofNullable(world.machines().get(member.machineId()))
                .map(view -> begin(member, view))
                .orElse(member);
        busy += next.state() == State.UNDER_WAY ? 1 : 0;
      }
      members.add(next);
    }
    Roll next = roll.with(members);
    if (!next.equals(roll)) {
      draft.put(next);
    }
    if (members.stream().noneMatch(member -> member.state().isOpen())) {
      end(next);
    }
  }

  private static boolean hasFailed(State state) {
    return state == State.ROLLING_BACK || state == State.ROLLED_BACK || state == State.FAILED;
  }

  /** The member as its machine stands now. */
  private Member look(Member member) {
    MachineView view = world.machines().get(member.machineId());
    if (!member.state().isOpen()) {
      return member;
    }
    if (view == null) {
      return member.in(State.SKIPPED, "its machine was removed");
    }
    Machine machine = draft.current(view.machine());
    Optional<Repair> repair = machine.care().repair().filter(this::isOurs);
    return switch (member.state()) {
      case UNDER_WAY ->
          repair.map(wish -> forward(member, machine, wish)).orElseGet(() -> without(member));
      case ROLLING_BACK ->
          repair
              .map(wish -> back(member, machine, wish))
              .orElseGet(() -> member.in(State.ROLLED_BACK, member.message()));
      case WAITING, DONE, ROLLED_BACK, FAILED, SKIPPED -> member;
    };
  }

  private boolean isOurs(Repair repair) {
    return repair.work().roll().equals(roll.operation());
  }

  private Member forward(Member member, Machine machine, Repair repair) {
    return switch (repair.state()) {
      case DONE -> {
        draft.put(machine.with(machine.care().withoutRepair()));
        yield tested(member);
      }
      case FAILED ->
          roll.isRollback()
              ? member.in(State.FAILED, repair.message())
              : restore(member, machine, repair);
      case ASKED -> member.in(State.UNDER_WAY, "waits until its node has no jobs");
      case UNDER_WAY, LEAVING, LEFT ->
          member.in(
              State.UNDER_WAY,
              repair.message().isEmpty() ? "its agent is at work" : repair.message());
    };
  }

  private Member restore(Member member, Machine machine, Repair failed) {
    Repair back =
        Repair.asked(
            failed.id() + "/back",
            Repair.Work.restore(roll.mayReboot(), failed.id(), roll.operation()),
            roll.by(),
            now);
    draft.put(machine.with(machine.care().with(back)));
    draft.note(machine, "ROLLING_BACK", failed.message());
    return member.in(State.ROLLING_BACK, failed.message());
  }

  private Member back(Member member, Machine machine, Repair repair) {
    return switch (repair.state()) {
      case DONE -> {
        draft.put(machine.with(machine.care().withoutRepair()));
        yield member.in(State.ROLLED_BACK, member.message());
      }
      case FAILED ->
          member.in(
              State.FAILED,
              member.message()
                  + "; and what was before could not be brought back: "
                  + repair.message());
      case ASKED, UNDER_WAY, LEAVING, LEFT -> member;
    };
  }

  /** Ours was taken note of, or somebody's wish took its place. */
  private Member without(Member member) {
    return member.message().startsWith(INSTALLED)
        ? tested(member)
        : member.in(State.FAILED, "another repair took its place before it was done");
  }

  /** Done, once its node was tested and given back to jobs. */
  private Member tested(Member member) {
    Optional<Instance> held =
        world.leasing(member.machineId()).stream()
            .filter(instance -> instance.state() == InstanceState.RUNNING)
            .filter(instance -> instance.hold().isPresent())
            // What a person keeps from jobs is done when the driver is.
            .filter(instance -> instance.hold().filter(Hold::isAsked).isEmpty())
            .findFirst();
    return held.map(
            instance ->
                member.in(
                    State.UNDER_WAY,
                    INSTALLED
                        + "; kept from jobs until it is well and tested: "
                        + instance.hold().get().check()))
        .orElseGet(() -> member.in(State.DONE, ""));
  }

  private Member begin(Member member, MachineView view) {
    Machine machine = draft.current(view.machine());
    boolean isLost =
        !view.seen().lastSeen().equals(Instant.EPOCH) && view.seen().link(now) == LinkState.LOST;
    if (machine.isRevoked() || isLost) {
      return member.in(State.SKIPPED, "its agent does not answer");
    }
    if (!view.seen().isConnected()) {
      // A link that blinks, or this controller has just begun.
      return member.in(State.WAITING, "waits for its agent, which does not answer");
    }
    if (machine.isQuarantined() && !view.leases().isEmpty()) {
      return member.in(State.SKIPPED, "quarantined: " + machine.quarantine());
    }
    if (machine.care().repair().filter(wish -> !wish.isEnded()).isPresent()) {
      return member.in(State.WAITING, "waits for " + machine.care().repair().get().work().words());
    }
    Optional<Instance> onItsWay =
        world.leasing(machine.id()).stream()
            .filter(instance -> instance.state().isTransient())
            .findFirst();
    if (onItsWay.isPresent()) {
      return member.in(
          State.WAITING, "waits, since " + onItsWay.get().name() + " is " + onItsWay.get().state());
    }
    Repair.Work work =
        member
            .driver()
            .map(driver -> Repair.Work.apply(driver, roll.mayReboot(), roll.operation()))
            .orElseGet(() -> Repair.Work.restore(roll.mayReboot(), "", roll.operation()));
    String id = roll.operation() + "/" + machine.id();
    draft.put(machine.with(machine.care().with(Repair.asked(id, work, roll.by(), now))));
    draft.note(machine, "REPAIR_ASKED", work.words() + " by " + roll.by());
    return member.in(State.UNDER_WAY, "waits until its node has no jobs");
  }

  private void end(Roll ended) {
    Optional<Operation> operation =
        world.operations().stream().filter(one -> one.id().equals(roll.operation())).findFirst();
    long done = ended.count(State.DONE);
    boolean isWhole = done == ended.members().size();
    Operation.State state =
        ended.isCancelled()
            ? Operation.State.CANCELLED
            : isWhole ? Operation.State.SUCCEEDED : Operation.State.FAILED;
    String message =
        "%d of %d machines done%s; cox bundle status %s"
            .formatted(done, ended.members().size(), failures(ended), roll.operation());
    operation.ifPresent(one -> draft.put(one.ended(state, now, message)));
  }

  private String failures(Roll ended) {
    StringBuilder text = new StringBuilder();
    for (Member member : ended.members()) {
      if (member.state() != State.DONE) {
        MachineView view = world.machines().get(member.machineId());
        text.append("; ")
            .append(view == null ? member.machineId() : view.machine().name())
            .append(' ')
            .append(member.state().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
            .append(": ")
            .append(member.message());
      }
    }
    return text.toString();
  }
}

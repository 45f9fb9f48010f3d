package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.lifecycle.Roll.Member;
import io.coxswain.controller.lifecycle.Roll.State;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Writes wishes for drivers down; the loop of machines as such carries them out. */
public final class StoredRolls implements Rolls {
  private final Store store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Runnable wake;

  StoredRolls(Store store, InstantSource clock, RandomGenerator random, Runnable wake) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
  }

  @Override
  public Operation begin(Order order) {
    if (order.targets().isEmpty()) {
      throw new InvalidSpecException("machines", "machines: none (expected: at least one)");
    }
    if (order.maxUnavailable() < 1) {
      throw new InvalidSpecException(
          "max_unavailable",
          "max unavailable: " + order.maxUnavailable() + " (expected: at least 1)");
    }
    Operation begun = store.write(tx -> begin(tx, order));
    wake.run();
    return begun;
  }

  @Override
  public List<Roll> rolls() {
    return store.read(Transaction::rolls);
  }

  @Override
  public Optional<Roll> roll(String operation) {
    return store.read(tx -> tx.roll(operation));
  }

  private Operation begin(Transaction tx, Order order) {
    Optional<Operation> known = tx.operationByRequest(order.requestId());
    if (known.isPresent()) {
      return known.get();
    }
    check(tx, order);
    Instant now = clock.instant();
    Operation operation =
        new Operation(
            Creation.operationId(random),
            order.isRollback() ? Operation.Kind.ROLL_BACK_BUNDLE : Operation.Kind.APPLY_BUNDLE,
            Operation.State.IN_PROGRESS,
            Optional.empty(),
            order.requestId(),
            now,
            Optional.empty(),
            "");
    tx.save(operation);
    tx.save(
        new Roll(
            operation.id(),
            order.title(),
            order.isRollback(),
            order.maxUnavailable(),
            order.mayReboot(),
            order.targets().stream()
                .map(target -> new Member(target.machineId(), target.driver(), State.WAITING, ""))
                .toList(),
            order.by(),
            now));
    return operation;
  }

  private static void check(Transaction tx, Order order) {
    Map<String, String> busy = busy(tx);
    Set<String> seen = new HashSet<>();
    for (Target target : order.targets()) {
      check(tx, target, order, busy);
      if (!seen.add(target.machineId())) {
        throw new InvalidSpecException(
            "machines",
            "machines: " + target.machineId() + " is there twice (expected: each once)");
      }
    }
  }

  /** By machine, the roll that has not done with it. */
  private static Map<String, String> busy(Transaction tx) {
    Map<String, String> busy = new HashMap<>();
    tx.operations().stream()
        .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
        .flatMap(operation -> tx.roll(operation.id()).stream())
        .forEach(
            roll ->
                roll.members().stream()
                    .filter(member -> member.state().isOpen())
                    .forEach(member -> busy.put(member.machineId(), roll.operation())));
    return busy;
  }

  private static void check(Transaction tx, Target target, Order order, Map<String, String> busy) {
    Machine machine = Lookup.machine(tx, target.machineId());
    if (target.driver().isPresent() == order.isRollback()) {
      throw new IllegalArgumentException("driver of " + machine.name() + ": " + target.driver());
    }
    if (machine.role() == Machine.Role.JUMPHOST) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is a jumphost: users are logged in there",
          "name workers alone");
    }
    String open = busy.get(machine.id());
    if (open != null) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          machine.name(),
          "machine " + machine.name() + " is part of " + open + ", which is not over",
          "cox bundle status " + open + ", or: cox operation cancel " + open);
    }
  }

  /** Begins nothing more; machines that have begun get back what they had. */
  void cancel(Transaction tx, Roll roll, String by) {
    List<Member> members = new ArrayList<>();
    for (Member member : roll.members()) {
      members.add(
          switch (member.state()) {
            case WAITING -> member.in(State.SKIPPED, "not begun, since " + by + " cancelled");
            case UNDER_WAY -> stop(tx, roll, member, by);
            case ROLLING_BACK, DONE, ROLLED_BACK, FAILED, SKIPPED -> member;
          });
    }
    tx.save(roll.cancelled(members));
    tx.append(Event.of(clock.instant(), "", "", "", "CANCELLED", roll.title() + " by " + by));
  }

  private Member stop(Transaction tx, Roll roll, Member member, String by) {
    Optional<Machine> found = tx.machine(member.machineId());
    if (found.isEmpty()) {
      return member.in(State.SKIPPED, "its machine was removed");
    }
    Machine machine = found.get();
    Optional<Repair> repair =
        machine.care().repair().filter(wish -> wish.work().roll().equals(roll.operation()));
    if (repair.filter(wish -> wish.state() == Repair.State.ASKED).isPresent()) {
      tx.save(machine.with(machine.care().withoutRepair()));
      return member.in(State.SKIPPED, "not begun, since " + by + " cancelled");
    }
    Optional<Repair> others =
        machine.care().repair().filter(wish -> !wish.isEnded() && repair.isEmpty());
    if (others.isPresent()) {
      return member.in(
          State.SKIPPED, "left as it is: " + others.get().work().words() + " is under way");
    }
    if (roll.isRollback()) {
      // What is half-way back is brought back wholly.
      return member;
    }
    String begun = roll.operation() + "/" + machine.id();
    Repair back =
        Repair.asked(
            begun + "/back",
            Repair.Work.restore(roll.mayReboot(), begun, roll.operation()),
            by,
            clock.instant());
    tx.save(machine.with(machine.care().with(back)));
    return member.in(State.ROLLING_BACK, by + " cancelled");
  }
}

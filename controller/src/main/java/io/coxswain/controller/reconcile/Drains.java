package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Nodes that a person keeps from jobs, and gives back to them. */
public final class Drains {
  private final Store store;
  private final InstantSource clock;
  private final Consumer<Optional<ClusterId>> wake;

  Drains(Store store, InstantSource clock, Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.clock = clock;
    this.wake = wake;
  }

  /** Running jobs end by themselves. The same again changes nothing. */
  public Instance drain(String name, String reason, String by) {
    Hold hold = Hold.asked(reason, by, clock.instant());
    return changed(
        tx -> {
          Instance node = running(tx, name);
          Optional<Hold> present = node.hold().filter(held -> !held.isRetesting());
          if (present.filter(held -> !held.isAsked()).isPresent()) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                name,
                name + " is kept from jobs already: " + present.get().reason(),
                "cox why " + name);
          }
          if (present.filter(held -> held.reason().equals(hold.reason())).isPresent()) {
            return node;
          }
          Instance drained = node.held(Optional.of(hold));
          tx.save(drained);
          note(tx, node, "HELD", "kept from jobs: " + hold.reason() + ": " + hold.message());
          return drained;
        });
  }

  /** The node is tested, then gets jobs again. */
  public Instance resume(String name, String by) {
    return changed(
        tx -> {
          Instance node = running(tx, name);
          Optional<Hold> hold = node.hold();
          if (hold.isEmpty() || hold.get().isRetesting()) {
            return node;
          }
          requireUntouched(tx, node);
          if (!hold.get().isAsked()) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                name,
                name + " is kept from jobs for a fault: " + hold.get().reason(),
                "cox machine recommendations shows what would help");
          }
          Instance resumed = node.held(hold.map(Hold::retesting));
          tx.save(resumed);
          note(tx, node, "RETESTING", "asked for by " + by + "; the node is tested");
          return resumed;
        });
  }

  // Jobs must not begin under a reboot or on a machine that is being cleaned.
  private static void requireUntouched(Transaction tx, Instance node) {
    Lookup.machine(tx, node.machineId())
        .care()
        .repair()
        .filter(wish -> !wish.isEnded() && wish.work().needsIdleNode())
        .ifPresent(
            wish -> {
              throw new RefusedException(
                  Kind.FORBIDDEN_NOW,
                  node.name(),
                  "something is being done to " + node.name() + ": " + wish.work().words(),
                  "wait for its end: cox why " + node.name());
            });
  }

  private Instance changed(Function<Transaction, Instance> change) {
    Instance instance = store.write(change);
    wake.accept(Optional.of(instance.cluster()));
    return instance;
  }

  private static Instance running(Transaction tx, String name) {
    Instance instance = Lookup.instance(tx, name);
    if (instance.isJumphost() || instance.state() != InstanceState.RUNNING) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          name,
          instance.isJumphost()
              ? name + " is the jumphost: no jobs run there"
              : name + " is " + instance.state() + " (expected: RUNNING)",
          "cox why " + name);
    }
    return instance;
  }

  private void note(Transaction tx, Instance node, String kind, String message) {
    Instant now = clock.instant();
    String machine = Lookup.machine(tx, node.machineId()).name();
    tx.append(Event.of(now, node.cluster().value(), node.name(), machine, kind, message));
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.PowerDeed;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Wishes to switch machines and to stop and start instances: checked, written down as an operation,
 * then carried out by the loops.
 */
public final class Powers {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<Optional<ClusterId>> wake;

  public Powers(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Optional<ClusterId>> wake) {
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
   * @param deed READ, ON, OFF or CYCLE
   * @param isForced of OFF and CYCLE: its power is cut
   */
  public record Wish(
      String machine, PowerDeed deed, boolean isForced, String by, String requestId) {}

  /** A request id that was seen before returns the operation that it started then. */
  public Operation ask(Wish wish) {
    if (wish.isForced() && !wish.deed().endsWhatRuns()) {
      throw new InvalidSpecException("force", "force: true (expected: only with off and cycle)");
    }
    Operation operation = store.write(tx -> ask(tx, wish));
    wake.accept(Optional.empty());
    return operation;
  }

  /** Lets the node's jobs end, then shuts its machine down; it stays leased. */
  public Operation stop(String name, String by, String requestId) {
    return ofInstance(
        requestId, name, (tx, instance, machine) -> stop(tx, instance, machine, by, requestId));
  }

  /** Switches a stopped instance's machine on; where it has no BMC, waits for somebody to. */
  public Operation start(String name, String by, String requestId) {
    return ofInstance(
        requestId, name, (tx, instance, machine) -> start(tx, instance, machine, by, requestId));
  }

  private interface Deed {
    Operation begin(Transaction tx, Instance instance, Machine machine);
  }

  private Operation ofInstance(String requestId, String name, Deed deed) {
    Operation operation =
        store.write(
            tx -> {
              Optional<Operation> known = tx.operationByRequest(requestId);
              if (known.isPresent()) {
                return known.get();
              }
              Instance instance = Lookup.instance(tx, name);
              if (instance.isJumphost() || Lookup.isBesideJumphost(tx, instance)) {
                throw refused(
                    name,
                    name + " is a jumphost: users are logged in there, and Slurm needs it",
                    "cox cluster destroy ends a cluster");
              }
              Machine machine = tx.machine(instance.machineId()).orElseThrow(() -> gone(instance));
              Bmcs.requireNoOrder(tx, machine);
              return deed.begin(tx, instance, machine);
            });
    wake.accept(operation.cluster());
    return operation;
  }

  private static RefusedException gone(Instance instance) {
    return refused(
        instance.name(),
        instance.name() + " is " + instance.state() + " and has no machine",
        "cox why " + instance.name());
  }

  private Operation ask(Transaction tx, Wish wish) {
    Optional<Operation> known = tx.operationByRequest(wish.requestId());
    if (known.isPresent()) {
      return known.get();
    }
    Machine machine = Lookup.machine(tx, wish.machine());
    Bmc bmc = Bmcs.require(tx, machine).bmc();
    boolean isOnlyCalled = bmc.protocol() == Bmc.Protocol.WOL;
    if (isOnlyCalled && wish.deed() != PowerDeed.ON) {
      throw refused(
          machine.name(),
          "machine " + machine.name() + ": Wake-on-LAN can only switch on",
          "cox machine bmc set with redfish or ipmi");
    }
    Bmcs.requireNoOrder(tx, machine);
    if (wish.deed().endsWhatRuns()) {
      requireUnused(tx, machine, wish.isForced());
    }
    Operation operation =
        begun(tx, Operation.Kind.POWER_MACHINE, Optional.empty(), wish.requestId());
    tx.save(
        order(
            operation,
            machine,
            jumphost(tx, machine),
            wish.deed(),
            wish.isForced(),
            "",
            wish.by(),
            PowerOrder.State.UNDER_WAY));
    if (wish.deed() != PowerDeed.READ) {
      String words = wish.deed().words() + (wish.isForced() ? " by force" : "");
      note(tx, "", "", machine, "POWER_ASKED", words + " by " + wish.by());
    }
    return operation;
  }

  private static void requireNotElastic(Instance instance, Machine machine) {
    if (instance.isElastic()) {
      throw refused(
          instance.name(),
          instance.name() + " is an elastic slot: it is given back when no job wants it",
          "cox machine power " + machine.name() + " switches a machine that is in no cluster");
    }
  }

  private Operation stop(
      Transaction tx, Instance instance, Machine machine, String by, String requestId) {
    require(instance, InstanceState.RUNNING);
    requireNotElastic(instance, machine);
    boolean isEnding = Lookup.cluster(tx, instance.cluster().value()).spec().intent().isDestroy();
    if (isEnding || isRepaired(machine)) {
      throw refused(
          instance.name(),
          isEnding
              ? "cluster " + instance.cluster() + " is being destroyed"
              : "machine " + machine.name() + " is being repaired",
          "wait for its end: cox why " + instance.name());
    }
    if (!fleet.seen(machine.id()).isConnected()) {
      throw refused(
          instance.name(),
          "machine " + machine.name() + " does not answer, so it cannot be shut down by itself",
          "cox machine power " + machine.name() + " off --force cuts its power");
    }
    boolean isRead =
        tx.bmc(machine.id())
            .filter(known -> known.bmc().protocol() != Bmc.Protocol.WOL)
            .isPresent();
    Operation operation =
        begun(tx, Operation.Kind.STOP_INSTANCE, Optional.of(instance.cluster()), requestId);
    tx.save(
        order(
            operation,
            machine,
            isRead ? jumphost(tx, machine) : "",
            PowerDeed.AWAIT_OFF,
            false,
            instance.name(),
            by,
            PowerOrder.State.ASKED));
    note(tx, instance.cluster().value(), instance.name(), machine, "STOP_ASKED", "by " + by);
    return operation;
  }

  private Operation start(
      Transaction tx, Instance instance, Machine machine, String by, String requestId) {
    require(instance, InstanceState.STOPPED);
    boolean hasBmc = tx.bmc(machine.id()).isPresent();
    Operation operation =
        begun(tx, Operation.Kind.START_INSTANCE, Optional.of(instance.cluster()), requestId);
    tx.save(
        order(
            operation,
            machine,
            hasBmc ? jumphost(tx, machine) : "",
            PowerDeed.ON,
            false,
            instance.name(),
            by,
            hasBmc ? PowerOrder.State.UNDER_WAY : PowerOrder.State.BOOTING));
    note(
        tx,
        instance.cluster().value(),
        instance.name(),
        machine,
        "START_ASKED",
        "by " + by + (hasBmc ? "" : "; no BMC is known of it: switch it on by hand"));
    return operation;
  }

  private static void require(Instance instance, InstanceState state) {
    if (instance.state() != state) {
      throw refused(
          instance.name(),
          instance.name() + " is " + instance.state() + " (expected: " + state + ")",
          "cox why " + instance.name());
    }
  }

  private static boolean isRepaired(Machine machine) {
    return machine.care().repair().filter(repair -> !repair.isEnded()).isPresent();
  }

  /** What runs there must not end by it, unless nobody can know any more whether something does. */
  private void requireUnused(Transaction tx, Machine machine, boolean isForced) {
    if (machine.role() == Machine.Role.JUMPHOST) {
      throw refused(
          machine.name(),
          "machine " + machine.name() + " is a jumphost: users are logged in there",
          "switch it by hand when they know");
    }
    if (isRepaired(machine)) {
      throw refused(
          machine.name(),
          "machine " + machine.name() + " is being repaired",
          "wait for its end: cox why " + machine.name());
    }
    Optional<Instance> lease =
        tx.instances().stream()
            .filter(instance -> instance.machineId().equals(machine.id()))
            .findFirst();
    boolean isLost =
        !fleet.seen(machine.id()).isConnected()
            && fleet.seen(machine.id()).link(clock.instant()) == LinkState.LOST;
    boolean mayBeCut = isForced && isLost;
    lease
        .filter(instance -> !mayBeCut && !isIdle(instance))
        .ifPresent(
            instance -> {
              throw refused(
                  machine.name(),
                  "machine "
                      + machine.name()
                      + " is leased to "
                      + instance.name()
                      + ", which is "
                      + instance.state(),
                  instance.state() == InstanceState.RUNNING
                      ? "let its jobs end and shut it down: cox instance stop " + instance.name()
                      : "wait for its end: cox why " + instance.name());
            });
  }

  private static boolean isIdle(Instance instance) {
    return instance.state() == InstanceState.STOPPED || instance.state() == InstanceState.FAILED;
  }

  /** Whose agent speaks to the BMC: the only one's, the cluster's, else the first by name. */
  private String jumphost(Transaction tx, Machine machine) {
    List<Machine> all =
        tx.machines().stream()
            .filter(other -> other.role() == Machine.Role.JUMPHOST && !other.isRevoked())
            .toList();
    List<String> own =
        tx.instances().stream()
            .filter(instance -> instance.machineId().equals(machine.id()))
            .flatMap(instance -> tx.instances(instance.cluster()).stream())
            .filter(Instance::isJumphost)
            .map(Instance::machineId)
            .toList();
    Machine chosen =
        all.stream()
            .filter(other -> own.contains(other.id()))
            .findFirst()
            .or(() -> all.stream().filter(other -> !other.id().equals(machine.id())).findFirst())
            .or(() -> all.stream().findFirst())
            .orElseThrow(
                () ->
                    refused(
                        machine.name(),
                        "no jumphost is enrolled, and its agent is what speaks to BMCs",
                        "cox machine join-token --role jumphost"));
    if (!fleet.seen(chosen.id()).isConnected()) {
      throw refused(
          machine.name(),
          "jumphost " + chosen.name() + " does not answer, and its agent is what speaks to BMCs",
          "cox why " + chosen.name());
    }
    return chosen.id();
  }

  private Operation begun(
      Transaction tx, Operation.Kind kind, Optional<ClusterId> cluster, String requestId) {
    Operation operation =
        new Operation(
            Creation.operationId(random),
            kind,
            Operation.State.IN_PROGRESS,
            cluster,
            requestId,
            clock.instant(),
            Optional.empty(),
            "");
    tx.save(operation);
    return operation;
  }

  @SuppressWarnings("ParameterNumber") // What an order begins with, in the order of its record.
  private PowerOrder order(
      Operation operation,
      Machine machine,
      String jumphostId,
      PowerDeed deed,
      boolean isForced,
      String instance,
      String by,
      PowerOrder.State state) {
    Instant now = clock.instant();
    return new PowerOrder(
        operation.id(),
        machine.id(),
        jumphostId,
        deed,
        isForced,
        instance,
        by,
        now,
        state,
        now,
        "");
  }

  @SuppressWarnings("ParameterNumber") // An event's own words.
  private void note(
      Transaction tx, String cluster, String instance, Machine machine, String kind, String text) {
    tx.append(Event.of(clock.instant(), cluster, instance, machine.name(), kind, text));
  }

  private static RefusedException refused(String subject, String why, String help) {
    return new RefusedException(Kind.FORBIDDEN_NOW, subject, why, help);
  }
}

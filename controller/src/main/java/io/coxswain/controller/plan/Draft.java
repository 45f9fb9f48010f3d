package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Effect;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.InstanceLifecycle;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.GroupOutcome;
import io.coxswain.controller.observed.Machine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects the changes of one decision. Later steps of the decision see what earlier ones changed.
 */
final class Draft {
  private final World world;
  private final Instant now;
  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final Set<String> removed = new TreeSet<>();
  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Roll> rolls = new LinkedHashMap<>();
  private final List<PowerOrder> power = new ArrayList<>();
  private final List<Changes.Happening> happenings = new ArrayList<>();
  private Optional<Cluster> cluster = Optional.empty();

  Draft(World world, Instant now) {
    this.world = world;
    this.now = now;
  }

  /** The instance as changed so far. */
  Instance current(Instance instance) {
    return instances.getOrDefault(instance.name(), instance);
  }

  void put(Instance instance) {
    instances.put(instance.name(), instance);
  }

  /** The cluster goes on without it. */
  void remove(Instance instance) {
    removed.add(instance.name());
  }

  boolean isRemoved(Instance instance) {
    return removed.contains(instance.name());
  }

  /** The machine as changed so far. */
  Machine current(Machine machine) {
    return machines.getOrDefault(machine.id(), machine);
  }

  void put(Machine machine) {
    machines.put(machine.id(), machine);
  }

  /** The roll as changed so far. */
  Roll current(Roll roll) {
    return rolls.getOrDefault(roll.operation(), roll);
  }

  void put(Roll roll) {
    rolls.put(roll.operation(), roll);
  }

  /** The cluster as changed so far. */
  Cluster current(Cluster before) {
    return cluster.orElse(before);
  }

  void put(Cluster changed) {
    cluster = Optional.of(changed);
  }

  void put(Operation operation) {
    operations.add(operation);
  }

  void put(PowerOrder order) {
    power.add(order);
  }

  void note(Instance instance, String kind, String message) {
    happenings.add(
        new Changes.Happening(
            instance.cluster().value(), instance.name(), machineName(instance), kind, message));
  }

  /** Of a machine; with the cluster and the slot that it is leased to. */
  void note(Machine machine, String kind, String message) {
    Optional<Instance> lease =
        machine.role() == Machine.Role.WORKER
            ? world.leasing(machine.id()).stream().findFirst()
            : Optional.empty();
    happenings.add(
        new Changes.Happening(
            lease.map(instance -> instance.cluster().value()).orElse(""),
            lease.map(Instance::name).orElse(""),
            machine.name(),
            kind,
            message));
  }

  /** Lets the event happen, when it means something in the instance's state. */
  void happen(Instance before, InstanceEvent event, String why) {
    happen(before, event, why, Optional.empty());
  }

  void happen(
      Instance before, InstanceEvent event, String why, Optional<GroupOutcome.Failure> failure) {
    Instance instance = current(before);
    InstanceLifecycle.on(instance.state(), event)
        .ifPresent(
            rule -> {
              note(instance, event.name(), why);
              Instance after =
                  instance.in(rule.to(), now, Limits.of(rule.to()).map(now::plus)).because(failure);
              for (Effect effect : rule.effects()) {
                after = carry(after, effect, why);
              }
              put(after);
            });
  }

  Changes changes() {
    return new Changes(
        cluster,
        instances.values().stream().filter(instance -> !removed.contains(instance.name())).toList(),
        List.copyOf(removed),
        List.copyOf(machines.values()),
        operations,
        List.copyOf(rolls.values()),
        power,
        happenings);
  }

  private Instance carry(Instance instance, Effect effect, String why) {
    MachineView view = world.machines().get(instance.machineId());
    return switch (effect) {
      // The assignment follows from the state; reconcile makes and sends it after every change.
      case SEND_ASSIGNMENT -> instance;
      case RELEASE_MACHINE -> {
        if (view != null && view.machine().role() == Machine.Role.WORKER) {
          put(withoutParting(current(view.machine())).cleaned(now));
        }
        yield instance.leasing("");
      }
      case QUARANTINE_MACHINE -> {
        // A jumphost serves other clusters too: it is not taken from them because one could not be
        // cleaned.
        if (view != null && view.machine().role() == Machine.Role.WORKER) {
          put(current(view.machine()).quarantined(why));
        }
        yield instance;
      }
    };
  }

  // The cluster that it was to leave is gone before it could.
  private static Machine withoutParting(Machine machine) {
    boolean isParting =
        machine.care().repair().filter(wish -> wish.work().partsFromCluster()).isPresent();
    return isParting ? machine.with(machine.care().withoutRepair()) : machine;
  }

  String machineName(Instance instance) {
    MachineView view = world.machines().get(instance.machineId());
    return view == null ? "" : view.machine().name();
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts together what is stored and what was seen. */
final class Worlds {
  private final Fleet fleet;

  Worlds(Fleet fleet) {
    this.fleet = fleet;
  }

  World load(Transaction tx) {
    Map<ClusterId, Cluster> clusters = new HashMap<>();
    tx.clusters().forEach(cluster -> clusters.put(cluster.spec().id(), cluster));
    Map<ClusterId, List<Instance>> instances = new HashMap<>();
    Map<String, List<String>> leases = new HashMap<>();
    for (Instance instance : tx.instances()) {
      instances.computeIfAbsent(instance.cluster(), id -> new ArrayList<>()).add(instance);
      if (instance.hasMachine()) {
        leases.computeIfAbsent(instance.machineId(), id -> new ArrayList<>()).add(instance.name());
      }
    }
    List<Operation> open =
        tx.operations().stream()
            .filter(operation -> operation.state() == Operation.State.IN_PROGRESS)
            .toList();
    Map<String, MachineView> machines = new LinkedHashMap<>();
    for (Machine machine : tx.machines()) {
      machines.put(
          machine.id(),
          new MachineView(
              machine, fleet.seen(machine.id()), leases.getOrDefault(machine.id(), List.of())));
    }
    List<Roll> rolls =
        open.stream()
            .filter(operation -> operation.cluster().isEmpty())
            .flatMap(operation -> tx.roll(operation.id()).stream())
            .toList();
    return new World(clusters, instances, machines, open, rolls, tx.nodeTests());
  }
}

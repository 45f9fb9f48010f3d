package io.coxswain.controller.reconcile;

import io.coxswain.controller.access.Vault.VaultException;
import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.PowerView;
import io.coxswain.controller.plan.Storage;
import io.coxswain.controller.plan.World;
import io.coxswain.controller.spec.Bmc;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Repair;
import io.coxswain.controller.spec.SealedBmc;
import io.coxswain.controller.spec.Secret;
import io.coxswain.controller.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Puts together what is stored and what was seen. */
final class Worlds {
  private final Fleet fleet;
  private final Function<SealedBmc, Secret> passwords;

  /** For whoever only looks: passwords stay sealed. */
  Worlds(Fleet fleet) {
    this(
        fleet,
        kept -> {
          throw new VaultException("the password of its BMC stays sealed here");
        });
  }

  /** With what opens the passwords that orders under way need. */
  Worlds(Fleet fleet, Function<SealedBmc, Secret> passwords) {
    this.fleet = fleet;
    this.passwords = passwords;
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
    List<PowerView> power = tx.powerOrders().stream().map(order -> view(tx, order)).toList();
    Map<String, MachineView> machines = new LinkedHashMap<>();
    for (Machine machine : tx.machines()) {
      machines.put(
          machine.id(),
          new MachineView(
              machine,
              fleet.seen(machine.id()),
              leases.getOrDefault(machine.id(), List.of()),
              isSwitched(power, machine)));
    }
    List<Roll> rolls = rolls(tx, open);
    Storage storage = storage(tx, clusters);
    addGone(tx, clusters);
    return new World(
        clusters, instances, machines, open, rolls, tx.nodeTests(), power, storage, images(tx));
  }

  /** Those that are destroyed and that a machine is still to be cleaned of. */
  private static void addGone(Transaction tx, Map<ClusterId, Cluster> clusters) {
    tx.machines().stream()
        .flatMap(machine -> machine.care().repair().stream())
        .filter(repair -> repair.state() == Repair.State.LEFT)
        .flatMap(repair -> repair.work().cluster().stream())
        .filter(id -> !clusters.containsKey(id))
        .flatMap(id -> tx.cluster(id).stream())
        .forEach(cluster -> clusters.put(cluster.spec().id(), cluster));
  }

  private static boolean isSwitched(List<PowerView> power, Machine machine) {
    return power.stream()
        .map(PowerView::order)
        .anyMatch(order -> order.machineId().equals(machine.id()) && order.deed().endsWhatRuns());
  }

  private static List<Roll> rolls(Transaction tx, List<Operation> open) {
    return open.stream()
        .filter(operation -> operation.cluster().isEmpty())
        .flatMap(operation -> tx.roll(operation.id()).stream())
        .toList();
  }

  /** With the password, opened now and for this pass alone. */
  private PowerView view(Transaction tx, PowerOrder order) {
    Optional<SealedBmc> sealed = tx.bmc(order.machineId());
    Optional<Bmc> bmc = sealed.map(SealedBmc::bmc);
    try {
      return new PowerView(order, bmc, sealed.map(passwords), "");
    } catch (VaultException e) {
      return new PowerView(order, bmc, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static Map<ClusterId, ClusterImage> images(Transaction tx) {
    Map<ClusterId, ClusterImage> images = new HashMap<>();
    tx.images().clusterImages().forEach(image -> images.put(image.cluster(), image));
    return images;
  }

  private static Storage storage(Transaction tx, Map<ClusterId, Cluster> clusters) {
    List<Attachment> attachments =
        tx.storage().attachments().stream()
            .filter(attachment -> clusters.containsKey(attachment.cluster()))
            .toList();
    return new Storage(tx.storage().volumes(), attachments, tx.storage().openTests());
  }
}

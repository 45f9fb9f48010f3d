package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import java.util.List;
import java.util.Optional;

/**
 * What a decision changes in the store. Records replace those of the same name.
 *
 * @param removed names of instances that their cluster goes on without
 */
public record Changes(
    Optional<Cluster> cluster,
    List<Instance> instances,
    List<String> removed,
    List<Machine> machines,
    List<Operation> operations,
    List<Roll> rolls,
    List<PowerOrder> power,
    List<Happening> happenings) {
  public Changes {
    instances = List.copyOf(instances);
    removed = List.copyOf(removed);
    machines = List.copyOf(machines);
    operations = List.copyOf(operations);
    rolls = List.copyOf(rolls);
    power = List.copyOf(power);
    happenings = List.copyOf(happenings);
  }

  static final Changes NONE =
      new Changes(
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  public boolean isEmpty() {
    return cluster.isEmpty()
        && instances.isEmpty()
        && removed.isEmpty()
        && machines.isEmpty()
        && operations.isEmpty()
        && rolls.isEmpty()
        && power.isEmpty();
  }

  /** Something for people to read later; words that are missing are empty. */
  public record Happening(
      String cluster, String instance, String machine, String kind, String message) {}
}

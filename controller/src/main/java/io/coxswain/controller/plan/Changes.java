package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import java.util.List;
import java.util.Optional;

/** What a decision changes in the store. Records replace those of the same name. */
public record Changes(
    Optional<Cluster> cluster,
    List<Instance> instances,
    List<Machine> machines,
    List<Operation> operations,
    List<Happening> happenings) {
  public Changes {
    instances = List.copyOf(instances);
    machines = List.copyOf(machines);
    operations = List.copyOf(operations);
    happenings = List.copyOf(happenings);
  }

  public boolean isEmpty() {
    return cluster.isEmpty() && instances.isEmpty() && machines.isEmpty() && operations.isEmpty();
  }

  /** Something for people to read later. */
  public record Happening(String instance, String machine, String kind, String message) {}
}

package io.coxswain.controller.api.metrics;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The site at one moment.
 *
 * @param clusters those that are not destroyed
 * @param instances of those clusters
 * @param seen by the machine's id
 * @param off ids of machines that somebody switched off
 */
record SiteView(
    Instant now,
    String version,
    List<Machine> machines,
    Map<String, Seen> seen,
    Set<String> off,
    List<Cluster> clusters,
    List<Instance> instances,
    List<Operation> operations) {
  SiteView {
    machines = List.copyOf(machines);
    seen = Map.copyOf(seen);
    off = Set.copyOf(off);
    clusters = List.copyOf(clusters);
    instances = List.copyOf(instances);
    operations = List.copyOf(operations);
  }

  boolean isOff(Machine machine) {
    return off.contains(machine.id());
  }

  List<Instance> instancesOf(Cluster cluster) {
    return instances.stream()
        .filter(instance -> instance.cluster().equals(cluster.spec().id()))
        .toList();
  }

  Seen seen(Machine machine) {
    return seen(machine.id());
  }

  Seen seen(String machineId) {
    return seen.getOrDefault(machineId, Seen.NOTHING);
  }
}

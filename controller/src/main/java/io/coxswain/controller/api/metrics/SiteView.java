package io.coxswain.controller.api.metrics;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The site at one moment.
 *
 * @param clusters how many are not destroyed
 * @param instances of those clusters
 * @param seen by the machine's id
 */
record SiteView(
    Instant now,
    String version,
    List<Machine> machines,
    Map<String, Seen> seen,
    int clusters,
    List<Instance> instances,
    List<Operation> operations) {
  SiteView {
    machines = List.copyOf(machines);
    seen = Map.copyOf(seen);
    instances = List.copyOf(instances);
    operations = List.copyOf(operations);
  }

  Seen seen(Machine machine) {
    return seen.getOrDefault(machine.id(), Seen.NOTHING);
  }
}

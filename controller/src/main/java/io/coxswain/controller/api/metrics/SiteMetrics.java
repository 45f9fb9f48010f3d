package io.coxswain.controller.api.metrics;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Seen;
import io.coxswain.controller.plan.SwitchedOff;
import io.coxswain.controller.reconcile.Fleet;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The page of the whole site. Reads the store; what agents told comes from memory. */
public final class SiteMetrics {
  private final Store store;
  private final Fleet fleet;
  private final InstantSource clock;
  private final String version;

  public SiteMetrics(Store store, Fleet fleet, InstantSource clock, String version) {
    this.store = store;
    this.fleet = fleet;
    this.clock = clock;
    this.version = version;
  }

  private record Stored(
      List<Machine> machines,
      List<Cluster> clusters,
      List<Instance> instances,
      List<Operation> operations,
      Set<String> off) {}

  /** The page as it is now. */
  public String page() {
    Stored stored =
        store.read(
            tx ->
                new Stored(tx.machines(), tx.clusters(), tx.instances(), tx.operations(), off(tx)));
    Map<String, Seen> seen = new HashMap<>();
    stored.machines().forEach(machine -> seen.put(machine.id(), fleet.seen(machine.id())));
    Instant now = clock.instant();
    SiteView site =
        new SiteView(
            now,
            version,
            stored.machines(),
            seen,
            stored.off(),
            stored.clusters(),
            stored.instances(),
            stored.operations());
    Exposition page = new Exposition();
    SiteSeries.write(page, site);
    GpuSeries.write(page, reports(site), now);
    return page.toString();
  }

  private Set<String> off(Transaction tx) {
    List<Instance> instances = tx.instances();
    return tx.machines().stream()
        .map(Machine::id)
        .filter(
            id ->
                SwitchedOff.isOnPurpose(
                    tx.powerReadings(id),
                    instances.stream().filter(each -> each.machineId().equals(id)).toList(),
                    fleet.seen(id)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of machines that are heard: what others told last may be long ago. One report at a time. */
  private List<GpuReport> reports(SiteView site) {
    List<GpuReport> reports = new ArrayList<>();
    for (Machine machine : site.machines()) {
      if (site.seen(machine).link(machine, site.now()) == LinkState.CONNECTED) {
        store
            .read(tx -> tx.report(machine.id()))
            .flatMap(report -> GpuReport.of(machine.name(), report))
            .ifPresent(reports::add);
      }
    }
    return reports;
  }
}

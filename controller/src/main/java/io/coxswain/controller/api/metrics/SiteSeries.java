package io.coxswain.controller.api.metrics;

import io.coxswain.controller.lifecycle.Health;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Series of the site, each of the four axes by itself. Where a label names a state there is one
 * series, of value 1, for the state that holds; one that no longer holds ends.
 */
final class SiteSeries {
  private SiteSeries() {}

  static void write(Exposition page, SiteView site) {
    page.gauge("coxswain_controller_info", "1; the label is what it is about.")
        .sample(Labels.of("version", site.version()), 1L);
    page.gauge("coxswain_clusters", "Clusters that are not destroyed.")
        .sample(Labels.NONE, site.clusters().size());
    machines(page, site);
    health(page, site);
    instances(page, site);
    ClusterSeries.write(page, site);
    operations(page, site.operations());
  }

  private static void machines(Exposition page, SiteView site) {
    page.gauge("coxswain_machine_info", "1 for each machine that has joined.");
    for (Machine machine : site.machines()) {
      page.sample(of(machine).and("id", machine.id()).and("role", machine.role().name()), 1L);
    }
    page.gauge("coxswain_machine_link", "1: CONNECTED, STALE after 15 s, LOST after 60 s.");
    for (Machine machine : site.machines()) {
      LinkState link = site.seen(machine).link(machine, site.now());
      page.sample(of(machine).and("state", link.name()), 1L);
    }
    page.gauge("coxswain_machine_heard_seconds", "Time since the agent was last heard.");
    for (Machine machine : site.machines()) {
      Instant heard = site.seen(machine).lastSeen();
      // Never since the controller started: there is no such time.
      if (heard.isAfter(Instant.EPOCH)) {
        page.sample(of(machine), seconds(heard, site.now()));
      }
    }
    page.gauge("coxswain_machine_quarantined", "1 while it is kept out of the pool.");
    site.machines().forEach(machine -> page.sample(of(machine), machine.isQuarantined()));
    page.gauge("coxswain_machine_off", "1 while it is off because somebody switched it off.");
    site.machines().forEach(machine -> page.sample(of(machine), site.isOff(machine)));
    page.gauge("coxswain_machine_revoked", "1 when its certificate was revoked.");
    site.machines().forEach(machine -> page.sample(of(machine), machine.isRevoked()));
  }

  private static void health(Exposition page, SiteView site) {
    page.gauge(
        "coxswain_machine_health_level", "0 pass, 1 info, 2 warning, 3 unknown, 4 critical.");
    for (Machine machine : site.machines()) {
      Health health = Health.of(site.seen(machine).facts());
      page.sample(of(machine), health.level().weight());
    }
    page.gauge("coxswain_machine_health_verdict", "1 for each check that does not pass.");
    for (Machine machine : site.machines()) {
      for (Verdict verdict :
          site.seen(machine).facts().map(facts -> facts.judged().verdicts()).orElse(List.of())) {
        page.sample(
            of(machine)
                .and("check", verdict.check())
                .and("subject", verdict.subject())
                .and("level", verdict.level().name()),
            1L);
      }
    }
    page.gauge("coxswain_machine_gpus", "GPUs that answer.");
    for (Machine machine : site.machines()) {
      site.seen(machine)
          .facts()
          .flatMap(facts -> facts.gpus().known())
          .ifPresent(gpus -> page.sample(of(machine).and("model", gpus.model()), gpus.count()));
    }
    page.gauge("coxswain_machine_pci_gpus", "GPUs on the PCI bus.");
    for (Machine machine : site.machines()) {
      site.seen(machine)
          .facts()
          .map(MachineFacts::pciGpus)
          .ifPresent(count -> page.sample(of(machine), count));
    }
  }

  private static void instances(Exposition page, SiteView site) {
    Map<String, String> machines = new TreeMap<>();
    site.machines().forEach(machine -> machines.put(machine.id(), machine.name()));
    page.gauge("coxswain_instance_state", "1 for the state of the lifecycle that it is in.");
    for (Instance instance : site.instances()) {
      page.sample(
          of(instance)
              .and("machine", machines.getOrDefault(instance.machineId(), ""))
              .and("state", instance.state().name()),
          1L);
    }
    page.gauge("coxswain_instance_state_seconds", "Time since it came into its state.");
    site.instances().forEach(each -> page.sample(of(each), seconds(each.since(), site.now())));
    page.gauge("coxswain_instance_overdue", "1 when a transient state took longer than it may.");
    for (Instance instance : site.instances()) {
      page.sample(
          of(instance),
          instance.state().isTransient()
              && instance.deadline().filter(site.now()::isAfter).isPresent());
    }
    page.gauge("coxswain_instance_held", "1 while its node is kept from jobs, and why.");
    for (Instance instance : site.instances()) {
      instance.hold().ifPresent(hold -> page.sample(of(instance).and("check", hold.check()), 1L));
    }
  }

  private static void operations(Exposition page, List<Operation> operations) {
    Map<Operation.Kind, Map<Operation.State, Long>> counts = new TreeMap<>();
    for (Operation operation : operations) {
      counts
          .computeIfAbsent(operation.kind(), kind -> new TreeMap<>())
          .merge(operation.state(), 1L, Long::sum);
    }
    page.gauge("coxswain_operations", "Operations that are remembered, by how they stand.");
    counts.forEach(
        (kind, states) ->
            states.forEach(
                (state, count) ->
                    page.sample(Labels.of("kind", kind.name()).and("state", state.name()), count)));
  }

  private static Labels of(Machine machine) {
    return Labels.of("machine", machine.name());
  }

  private static Labels of(Instance instance) {
    return Labels.of("cluster", instance.cluster().value()).and("slot", instance.name());
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }
}

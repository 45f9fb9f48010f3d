package io.coxswain.controller.api.metrics;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.ClusterStatus;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.plan.Capacity;
import java.util.List;

/** Series of each cluster: its status, what it promises and what of it takes jobs. */
final class ClusterSeries {
  private ClusterSeries() {}

  static void write(Exposition page, SiteView site) {
    page.gauge("coxswain_cluster_state", "1 for the most pressing state among its instances.");
    for (Cluster cluster : site.clusters()) {
      List<Instance> instances = site.instancesOf(cluster);
      if (!instances.isEmpty()) {
        ClusterStatus status = ClusterStatus.of(instances.stream().map(Instance::state).toList());
        page.sample(of(cluster).and("state", status.state().name()), 1L);
      }
    }
    page.gauge("coxswain_cluster_nodes_promised", "Nodes that it is to have.");
    for (Cluster cluster : site.clusters()) {
      page.sample(of(cluster), capacity(cluster, site).promised());
    }
    // Where slurmctld does not answer there is no such number, and no series.
    page.gauge("coxswain_cluster_nodes_usable", "Nodes that take jobs; absent when not known.");
    for (Cluster cluster : site.clusters()) {
      capacity(cluster, site)
          .usable()
          .known()
          .ifPresent(nodes -> page.sample(of(cluster), nodes.intValue()));
    }
  }

  private static Capacity capacity(Cluster cluster, SiteView site) {
    return Capacity.of(cluster, site.instancesOf(cluster), site::seen, site.now());
  }

  private static Labels of(Cluster cluster) {
    return Labels.of("cluster", cluster.spec().id().value());
  }
}

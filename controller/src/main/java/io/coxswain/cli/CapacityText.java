package io.coxswain.cli;

import io.coxswain.v1.Capacity;
import io.coxswain.v1.Cluster;

/** What a cluster promises and what of it takes jobs, as people read it. */
final class CapacityText {
  private CapacityText() {}

  /** "3 of 4 nodes", "unknown of 4 nodes". */
  static String nodes(Capacity capacity) {
    return usable(capacity) + " of " + Text.count(capacity.getPromised(), "node");
  }

  /** "3", or "unknown" where slurmctld does not answer. */
  static String usable(Capacity capacity) {
    return capacity.hasUsable() ? String.valueOf(capacity.getUsable()) : "unknown";
  }

  /** The same of a cluster; "-" of one that is destroyed, which promises nothing. */
  static String usable(Cluster cluster) {
    return cluster.hasCapacity() ? usable(cluster.getCapacity()) : "-";
  }

  /** "3 of 4 nodes take jobs", with the reason where it is not known; empty of one that is gone. */
  static String line(Cluster cluster) {
    if (!cluster.hasCapacity()) {
      return "";
    }
    Capacity capacity = cluster.getCapacity();
    String why = capacity.getUnknown();
    return nodes(capacity) + " take jobs" + (why.isEmpty() ? "" : " (" + why + ")");
  }
}

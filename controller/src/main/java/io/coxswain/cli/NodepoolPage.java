package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.Nodepool;
import java.util.ArrayList;
import java.util.List;

/** Nodepools as people read them. */
final class NodepoolPage {
  static final String IDLE_TIME =
      "How long a node above the least is idle before its machine is given back. Default: 600.";

  private NodepoolPage() {}

  /** "8xH200 x 4 nodes", "8xH200 x 0 to 8 nodes, spot". */
  static String size(Nodepool pool) {
    boolean isElastic = pool.getMax() > pool.getMin();
    return pool.getShape()
        + " x "
        + (isElastic ? pool.getMin() + " to " : "")
        + Text.count(pool.getMax(), "node")
        + (pool.getEnding() ? ", being deleted" : "");
  }

  /** One for each pool of a cluster; of the only one without its name. */
  static List<String> lines(Cluster cluster) {
    List<String> lines = new ArrayList<>();
    for (Nodepool pool : cluster.getNodepoolsList()) {
      String name = cluster.getNodepoolsCount() == 1 ? "" : pool.getName() + ": ";
      String asleep = pool.getAsleep() == 0 ? "" : " (" + pool.getAsleep() + " wait for jobs)";
      lines.add(name + size(pool) + asleep);
    }
    if (lines.isEmpty()) {
      // Of a controller that knows one for each cluster.
      lines.add(cluster.getShape() + " x " + Text.count(cluster.getSize(), "node"));
    }
    return lines;
  }

  static void requireCounts(String least, int min, int max, long idleTime) {
    if (min < 0 || (min == 0 && max == 0)) {
      throw CoxException.usage(
          least + ": " + min + " (expected: at least 1 node; 0 with --max)", "", "");
    }
    if (max < 0 || (max > 0 && max < min)) {
      throw CoxException.usage(
          "--max: " + max + " (expected: at least the " + min + " of " + least + ")", "", "");
    }
    requireIdleTime(idleTime);
  }

  static void requireIdleTime(long seconds) {
    if (seconds < 0) {
      throw CoxException.usage(
          "--idle-time: " + seconds + " (expected: a number of seconds)", "", "");
    }
  }

  static void print(Nodepool pool, Terminal terminal) {
    Page page = new Page(terminal);
    page.fact("nodepool", pool.getName() + (pool.getIsDefault() ? " (default)" : ""))
        .fact("description", pool.getDescription())
        .fact("nodes", size(pool))
        .fact(
            "now",
            "%d running, %d with a machine, %d waiting for jobs"
                .formatted(pool.getRunning(), pool.getWithMachine(), pool.getAsleep()))
        .fact("idle time", pool.getMax() > pool.getMin() ? pool.getIdleTimeSeconds() + " s" : "")
        .fact("selector", pool.getSelector())
        .fact("hosts", String.join(", ", pool.getHostsList()));
    page.flush();
  }
}

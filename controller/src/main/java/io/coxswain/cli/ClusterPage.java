package io.coxswain.cli;

import io.coxswain.v1.Cluster;
import io.coxswain.v1.Instance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A cluster as people read it. */
final class ClusterPage {
  private ClusterPage() {}

  /** "FAILED (1/64; 63 RUNNING)" as the controller counts it, or the bare status. */
  static String status(Cluster cluster) {
    String line = cluster.getStatusLine();
    return line.isEmpty() ? Text.name(cluster.getStatus()) : line;
  }

  /** "c-7f3a (train)", or the id alone where the cluster has no name of its own. */
  static String title(Cluster cluster) {
    String id = cluster.getId();
    String name = cluster.getName();
    return name.isEmpty() || name.equals(id) ? id : id + " (" + name + ")";
  }

  static String jumphostInstance(Cluster cluster) {
    return cluster.getId() + "-jumphost";
  }

  /** The jumphost; of a cluster whose slurmctld runs on a node, that node. */
  private static String login(Cluster cluster) {
    return cluster.getInstancesList().stream()
        .filter(instance -> !instance.getMachine().isEmpty())
        .filter(instance -> instance.getMachine().equals(cluster.getJumphost()))
        .map(Instance::getName)
        .findFirst()
        .orElse(jumphostInstance(cluster));
  }

  static void print(Cluster cluster, Terminal terminal) {
    Instant now = terminal.time().clock().instant();
    Page page = new Page(terminal);
    page.fact("cluster", title(cluster))
        .fact("status", status(cluster))
        .fact("capacity", CapacityText.line(cluster))
        .facts(cluster.getNodepoolsCount() > 1 ? "nodepools" : "shape", NodepoolPage.lines(cluster))
        .fact("created", created(cluster, now))
        .fact("protected", cluster.getDeletionProtection() ? "from deletion" : "no")
        .fact("login", "cox ssh " + login(cluster))
        .fact(
            "user",
            cluster.getUser().isEmpty() ? "" : cluster.getUser() + ", uid " + cluster.getUid())
        .fact("jumphost", (cluster.getJumphost() + " " + cluster.getJumphostAddress()).strip())
        .fact("slurm", slurm(cluster))
        .fact("SLURM_CONF", cluster.getSlurmConf())
        .facts("keys", keys(cluster))
        .fact(
            "container",
            cluster.getContainer().isEmpty()
                ? ""
                : cluster.getContainer() + " " + cluster.getContainerDigest())
        .facts("volumes", VolumePage.lines(cluster.getVolumesList()))
        .fact("accepted", accepted(cluster, now));
    page.flush();
    for (String line : cluster.getAcceptance().lines().toList()) {
      page.line(line);
    }
    page.table(instances(cluster, now));
    for (Instance instance : cluster.getInstancesList()) {
      if (instance.hasFailure()) {
        page.heading(instance.getName() + " failed");
        InstancePage.failure(instance).forEach(page::line);
      }
    }
    page.flush();
  }

  private static Table instances(Cluster cluster, Instant now) {
    Table table =
        new Table(
            "INSTANCE", "LIFECYCLE", "LINK", "HEALTH", "SCHEDULER", "MACHINE", "ADDRESS", "STEP");
    for (Instance instance : cluster.getInstancesList()) {
      table.add(
          instance.getName(),
          Text.name(instance.getLifecycle()),
          Text.name(instance.getLink()),
          Text.name(instance.getHealth()),
          InstancePage.scheduler(instance),
          instance.getMachine(),
          instance.getAddress(),
          InstancePage.step(instance, now));
    }
    return table;
  }

  private static String created(Cluster cluster, Instant now) {
    if (!Text.isSet(cluster.getCreatedAt())) {
      return "";
    }
    String by = cluster.getCreatedBy();
    return Text.moment(cluster.getCreatedAt())
        + " ("
        + Text.age(cluster.getCreatedAt(), now)
        + " ago)"
        + (by.isEmpty() ? "" : " by " + by);
  }

  private static String slurm(Cluster cluster) {
    String version = cluster.getSlurmVersion();
    int port = cluster.getSlurmctldPort();
    return version + (port == 0 ? "" : (version.isEmpty() ? "" : ", ") + "slurmctld port " + port);
  }

  private static String accepted(Cluster cluster, Instant now) {
    return Text.isSet(cluster.getAcceptedAt())
        ? Text.moment(cluster.getAcceptedAt())
            + " ("
            + Text.age(cluster.getAcceptedAt(), now)
            + " ago)"
        : "";
  }

  // The key itself tells a person nothing; its type and comment do.
  private static List<String> keys(Cluster cluster) {
    List<String> keys = new ArrayList<>();
    for (String key : cluster.getPublicKeysList()) {
      String[] words = key.strip().split(" +", 3);
      keys.add(words.length == 3 ? words[0] + " " + words[2] : words[0]);
    }
    return keys;
  }
}

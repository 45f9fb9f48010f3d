package io.coxswain.controller.plan;

import io.coxswain.controller.spec.ClusterId;

/** Names of the groups of an assignment, as agents report them. */
public final class GroupNames {
  /** Host name, hosts, packages, users. */
  public static final String HOST = "host";

  /** What plain Slurm commands on the jumphost talk to. */
  public static final String SLURM_DEFAULT = "slurm-default";

  private GroupNames() {}

  /** The cluster's slurmctld on its jumphost. */
  public static String controller(ClusterId id) {
    return id + "/controller";
  }

  /** The cluster's slurmd on a worker. */
  public static String node(ClusterId id) {
    return id + "/node";
  }

  /** The acceptance check, run from the jumphost. */
  public static String gate(ClusterId id) {
    return id + "/gate";
  }

  /** The end of the cluster's jobs, before anything is taken away. */
  public static String quiesce(ClusterId id) {
    return id + "/quiesce";
  }

  /** The removal of everything of the cluster from a machine. */
  public static String clean(ClusterId id) {
    return id + "/clean";
  }
}

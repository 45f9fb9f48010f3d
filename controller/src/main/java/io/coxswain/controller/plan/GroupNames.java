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

  /** The acceptance check of a nodepool, run from the jumphost. */
  public static String gate(ClusterId id, String pool) {
    return gates(id) + pool;
  }

  /** What the names of a cluster's acceptance checks begin with. */
  public static String gates(ClusterId id) {
    return id + "/gate/";
  }

  /** What slurmctld knows of elastic slots; on the jumphost. */
  static String slots(ClusterId id) {
    return id + "/slots";
  }

  /** Jobs are not to wait for the slot; on the jumphost. */
  static String refused(ClusterId id, String slot) {
    return id + "/refused/" + slot;
  }

  /** An active test of the cluster's nodes; on the jumphost. */
  public static String test(ClusterId id) {
    return id + "/test";
  }

  /** What keeps an instance's node from jobs, or gives it back to them; on the jumphost. */
  public static String hold(ClusterId id, String instance) {
    return id + "/hold/" + instance;
  }

  /** A repair of a machine, by its id: the attempts of one are not another one's. */
  public static String repair(String id) {
    return "repair/" + id;
  }

  /** A change of another machine's power, by its operation; on the jumphost. */
  public static String power(String operation) {
    return "power/" + operation;
  }

  /** The machine's own shutdown, by its operation. */
  public static String powerOff(String operation) {
    return "power-off/" + operation;
  }

  /** The end of an instance's node in Slurm, while its cluster lives on; on the jumphost. */
  public static String gone(ClusterId id, String instance) {
    return id + "/gone/" + instance;
  }

  /**
   * The end of the cluster's jobs, before anything is taken away; while the cluster is to run, that
   * nothing of a refused end is left.
   */
  public static String quiesce(ClusterId id) {
    return id + "/quiesce";
  }

  /** A volume of the cluster, on each of its machines. */
  public static String volume(ClusterId id, String volume) {
    return id + "/volume/" + volume;
  }

  /** The image that the cluster's jobs run in, on each of its nodes. */
  public static String image(ClusterId id) {
    return id + "/image";
  }

  /** A measurement of a volume. */
  public static String volumeTest(ClusterId id, String volume) {
    return id + "/volume-test/" + volume;
  }

  /** The removal of everything of the cluster from a machine. */
  public static String clean(ClusterId id) {
    return id + "/clean";
  }
}

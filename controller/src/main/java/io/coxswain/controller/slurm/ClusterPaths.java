package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.ClusterId;
import java.util.List;

/**
 * Where everything of one cluster lies, on its jumphost and its workers. Nothing of two clusters
 * shares a place.
 */
public record ClusterPaths(ClusterId cluster) {
  /** On a worker: makes Debian's and Slurm's own slurmd.service start as a node of the cluster. */
  public static final String SLURMD_DROP_IN = "/etc/systemd/system/slurmd.service.d/coxswain.conf";

  /**
   * On a worker with Slurm 22.05: keeps the distribution's munged away from the socket that ours
   * needs.
   */
  public static final String MUNGE_DROP_IN = "/etc/systemd/system/munge.service.d/coxswain.conf";

  /**
   * On a jumphost: keeps the distribution's slurmctld from starting with a cluster's configuration.
   */
  public static final String SLURMCTLD_DROP_IN =
      "/etc/systemd/system/slurmctld.service.d/coxswain.conf";

  /** What users' commands read where no SLURM_CONF is set. */
  public static final String DEFAULT_SLURM_CONF = "/etc/slurm/slurm.conf";

  /**
   * What {@link #DEFAULT_SLURM_CONF} leads to where users have to choose: {@link DefaultCluster}.
   */
  public static final String CHOICE_CONF = "/etc/coxswain/choose-a-cluster.conf";

  /** Read by login shells on a jumphost. */
  public static final String PROFILE = "/etc/profile.d/coxswain.sh";

  /** Programs and plugins that are compiled on the machine. */
  public static final String PROGRAMS = "/usr/local/lib/coxswain";

  private static final String UNITS = "/etc/systemd/system/";

  public String directory() {
    return "/etc/coxswain/clusters/" + cluster;
  }

  public String slurmConf() {
    return directory() + "/slurm.conf";
  }

  /** Beside slurm.conf: slurmctld sends both to the workers. */
  public String gresConf() {
    return directory() + "/gres.conf";
  }

  /** The same; slurmctld sends it, too. */
  public String plugstackConf() {
    return directory() + "/plugstack.conf";
  }

  /** On a node: what Slurm's plugin reads of the cluster's container. */
  public String container() {
    return "/var/lib/coxswain-containers/" + cluster;
  }

  public String cgroupConf() {
    return directory() + "/cgroup.conf";
  }

  public String mungeKey() {
    return directory() + "/munge.key";
  }

  public String mungedUnit() {
    return "coxswain-munged@" + cluster + ".service";
  }

  public String mungedUnitFile() {
    return UNITS + mungedUnit();
  }

  public String mungeRuntime() {
    return "/run/coxswain-munge-" + cluster;
  }

  public String mungeSocket() {
    return mungeRuntime() + "/munge.socket.2";
  }

  /** Holds the seed of munged's random numbers. */
  public String mungeState() {
    return "/var/lib/coxswain-munge-" + cluster;
  }

  public String slurmctldUnit() {
    return "coxswain-slurmctld@" + cluster + ".service";
  }

  public String slurmctldUnitFile() {
    return UNITS + slurmctldUnit();
  }

  public String slurmctldRuntime() {
    return "/run/coxswain-slurmctld-" + cluster;
  }

  /** Jobs and nodes as slurmctld knows them: lost with it, all jobs are forgotten. */
  public String slurmctldState() {
    return "/var/lib/coxswain-slurm/" + cluster;
  }

  public String slurmctldLogs() {
    return "/var/log/slurm/" + cluster;
  }

  /** On a worker: scripts and credentials of running jobs, and the fetched configuration. */
  public String slurmdSpool() {
    return "/var/spool/coxswain-slurmd-" + cluster;
  }

  /**
   * Files and directories of ours on a worker that the cluster leaves behind when its units are
   * gone.
   */
  public List<String> onWorker() {
    return List.of(
        SLURMD_DROP_IN, MUNGE_DROP_IN, directory(), mungeState(), slurmdSpool(), container());
  }

  /**
   * The same on the jumphost, but for {@link #DEFAULT_SLURM_CONF}, which may already be another
   * cluster's.
   */
  public List<String> onJumphost() {
    return List.of(directory(), mungeState(), slurmctldState(), slurmctldLogs());
  }
}

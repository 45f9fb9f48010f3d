package io.coxswain.controller.slurm;

import static io.coxswain.controller.slurm.Confinement.CGROUP;

import io.coxswain.controller.spec.Nodepool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * slurm.conf. Slurm's daemons die of a key that their version does not know, so each key that is
 * not in all versions since 22.05 stands behind a question for the version.
 */
public final class SlurmConf {
  // slurm.conf(5) of 22.05 and 23.02 marks these as read at a start alone; preempt.html adds every
  // plugin's type.
  private static final Set<String> READ_AT_START_BEFORE_23_11 =
      Set.of(
          "AuthType",
          "AuthInfo",
          "CredType",
          "GresTypes",
          "JobAcctGatherType",
          "MaxNodeCount",
          "ProctrackType",
          "SelectType",
          "SelectTypeParameters",
          "SlurmctldHost",
          "SlurmctldParameters",
          "SlurmctldPort",
          "SlurmdPort",
          "StateSaveLocation",
          "TaskPlugin",
          "TreeWidth",
          "ResumeProgram",
          "SuspendProgram",
          "PreemptType",
          "PreemptMode");

  // Since 23.11 a reconfigure starts new processes; they inherit open ports and the way to
  // authenticate.
  private static final Set<String> READ_AT_START =
      Set.of("AuthType", "AuthInfo", "CredType", "SlurmctldPort", "SlurmdPort");

  // What concerns slurmctld alone and must not restart every slurmd.
  private static final Set<String> SLURMCTLD_ALONE = Set.of("MaxNodeCount", "StateSaveLocation");

  // Where the agent's package puts them.
  private static final String NODE_PROGRAMS = "/usr/lib/coxswain/agent/bin/";

  /** Until a slot that was given back can be asked for again. */
  private static final int SUSPEND_TIMEOUT = 30;

  /** Packages over a slow mirror take minutes, and a machine that is switched on first its time. */
  private static final int RESUME_TIMEOUT = 3600;

  private SlurmConf() {}

  public static String render(SlurmSettings settings) {
    StringBuilder text = new StringBuilder(header(settings));
    keys(settings).forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    // Nodes are not named here: they join by themselves (slurmd -Z) and are known by their feature.
    for (Nodepool pool : settings.pools()) {
      String feature = SlurmSettings.feature(settings.cluster(), pool.name());
      text.append("NodeSet=").append(feature).append(" Feature=").append(feature).append('\n');
    }
    for (Nodepool pool : settings.pools()) {
      partition(text, settings, pool);
    }
    return text.toString();
  }

  private static void partition(StringBuilder text, SlurmSettings settings, Nodepool pool) {
    text.append("PartitionName=")
        .append(pool.name())
        .append(" Nodes=")
        .append(SlurmSettings.feature(settings.cluster(), pool.name()));
    // Users of other clusters on the same jumphost can read this file and speak to its munged: what
    // they submit ends here. Root and SlurmUser are let in whatever this says (slurm.conf(5)).
    text.append(" AllowGroups=").append(settings.cluster());
    if (pool.equals(settings.mainPool())) {
      text.append(" Default=YES");
    }
    if (pool.isElastic()) {
      text.append(" SuspendTime=").append(pool.idleTime().toSeconds());
      text.append(" ResumeTimeout=").append(RESUME_TIMEOUT);
    }
    text.append(" MaxTime=INFINITE State=UP\n");
  }

  /**
   * The settings that slurmctld reads at its start alone, as {@code Key=value}: when they change it
   * has to be restarted.
   */
  public static List<String> readBySlurmctldAtStart(SlurmSettings settings) {
    return readAtStart(settings, Set.of());
  }

  /** The same for slurmd. */
  public static List<String> readBySlurmdAtStart(SlurmSettings settings) {
    return readAtStart(settings, SLURMCTLD_ALONE);
  }

  static String header(SlurmSettings settings) {
    return "# Slurm "
        + settings.version()
        + ", cluster "
        + settings.cluster()
        + ". Kept by Coxswain: what is changed here is put back.\n";
  }

  private static List<String> readAtStart(SlurmSettings settings, Set<String> but) {
    Set<String> keys =
        settings.version().reconfiguresSafely() ? READ_AT_START : READ_AT_START_BEFORE_23_11;
    return keys(settings).entrySet().stream()
        .filter(entry -> keys.contains(entry.getKey()) && !but.contains(entry.getKey()))
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.toUnmodifiableList());
  }

  private static Map<String, Object> keys(SlurmSettings settings) {
    Map<String, Object> keys = new LinkedHashMap<>();
    daemons(settings, keys);
    scheduling(settings, keys);
    confinement(settings, keys);
    health(keys);
    timing(keys);
    elastic(settings, keys);
    return keys;
  }

  private static void daemons(SlurmSettings settings, Map<String, Object> keys) {
    ClusterPaths paths = settings.paths();
    SlurmSettings.Jumphost jumphost = settings.jumphost();
    keys.put("ClusterName", settings.cluster());
    keys.put("SlurmctldHost", jumphost.hostName() + "(" + jumphost.address() + ")");
    keys.put("SlurmctldPort", jumphost.slurmctldPort());
    keys.put("SlurmdPort", 6818);
    // A jumphost's firewall can let these through for the output of srun.
    keys.put("SrunPortRange", "60001-63000");
    keys.put("SlurmUser", "slurm");
    keys.put("AuthType", "auth/munge");
    keys.put("CredType", "cred/munge");
    keys.put("AuthInfo", "socket=" + paths.mungeSocket());
    // CVE-2022-29501: a message without a hash could be replayed.
    keys.put("CommunicationParameters", "block_null_hash");
    keys.put("StateSaveLocation", paths.slurmctldState());
    keys.put("SlurmdSpoolDir", paths.slurmdSpool());
    keys.put("SlurmctldPidFile", paths.slurmctldRuntime() + "/slurmctld.pid");
    keys.put("SlurmdPidFile", "/run/slurmd.pid");
    keys.put("SlurmctldLogFile", paths.slurmctldLogs() + "/slurmctld.log");
    keys.put("SlurmdLogFile", "/var/log/slurm/slurmd.log");
    keys.put("SlurmctldDebug", "info");
    keys.put("SlurmdDebug", "info");
    keys.put("SlurmctldParameters", "enable_configless");
    keys.put("MaxNodeCount", settings.maxNodes());
    if (!settings.version().isAtLeast(23, 11)) {
      // Until 23.11 messages cannot be passed on by nodes that the others do not know: no tree,
      // slurmctld speaks to each.
      keys.put("TreeWidth", 65533);
    }
  }

  private static void scheduling(SlurmSettings settings, Map<String, Object> keys) {
    keys.put("SelectType", "select/cons_tres");
    keys.put("SelectTypeParameters", "CR_Core_Memory");
    // Without it a job that names no memory takes all of a node's, and nothing else fits there.
    settings.memoryPerCpuMib().ifPresent(mib -> keys.put("DefMemPerCPU", mib));
    if (settings.hasGpus()) {
      keys.put("GresTypes", "gpu");
    }
    keys.put("MpiDefault", "pmix");
    // RDMA needs locked memory: a login shell's small limit must not follow the job to the node.
    keys.put("PropagateResourceLimitsExcept", "MEMLOCK");
  }

  private static void confinement(SlurmSettings settings, Map<String, Object> keys) {
    if (settings.confinement() == CGROUP) {
      keys.put("ProctrackType", "proctrack/cgroup");
      keys.put("TaskPlugin", "task/cgroup,task/affinity");
      keys.put("JobAcctGatherType", "jobacct_gather/cgroup");
      keys.put("PrologFlags", "Contain");
      return;
    }
    // Contain implies it: the prolog runs on all of a job's nodes before the job begins anywhere.
    keys.put("PrologFlags", "Alloc");
    keys.put("ProctrackType", "proctrack/linuxproc");
    if (!settings.version().isAtLeast(23, 11)) {
      // 23.11 dropped the plugins named none; to leave the key out says the same there.
      keys.put("TaskPlugin", "task/none");
    }
    keys.put("JobAcctGatherType", "jobacct_gather/linux");
  }

  /** The nodes ask their agents: cox-node, which answers from what the agent has at hand. */
  private static void health(Map<String, Object> keys) {
    keys.put("Prolog", NODE_PROGRAMS + "prolog");
    keys.put("Epilog", NODE_PROGRAMS + "epilog");
    keys.put("PrologEpilogTimeout", 60);
    keys.put("HealthCheckProgram", NODE_PROGRAMS + "health");
    keys.put("HealthCheckInterval", 60);
    keys.put("HealthCheckNodeState", "ANY");
    // A job whose node was not well starts on another, in place of being held.
    keys.put("SchedulerParameters", "nohold_on_prolog_fail");
  }

  /** Power saving, for nodes that have a machine only while jobs want one. */
  private static void elastic(SlurmSettings settings, Map<String, Object> keys) {
    if (settings.pools().stream().noneMatch(Nodepool::isElastic)) {
      return;
    }
    keys.put("ResumeProgram", NODE_PROGRAMS + "resume");
    keys.put("SuspendProgram", NODE_PROGRAMS + "suspend");
    keys.put("ResumeRate", 0);
    keys.put("SuspendRate", 0);
    // Only elastic partitions say otherwise.
    keys.put("SuspendTime", "INFINITE");
    keys.put("SuspendTimeout", SUSPEND_TIMEOUT);
    if (!settings.version().isAtLeast(23, 2)) {
      // Shown by default since.
      keys.put("PrivateData", "cloud");
    }
  }

  private static void timing(Map<String, Object> keys) {
    // 1: a node that was merely silent comes back by itself; one that rebooted unasked stays DOWN
    // until it was looked at (2 would
    // give it jobs at once). Neither ends a drain.
    keys.put("ReturnToService", 1);
    keys.put("SlurmctldTimeout", 120);
    keys.put("SlurmdTimeout", 300);
    keys.put("MessageTimeout", 30);
    keys.put("TCPTimeout", 5);
    // slurm.conf(5): at least five times MessageTimeout.
    keys.put("UnkillableStepTimeout", 180);
    keys.put("RebootProgram", "/sbin/reboot");
    // The default of 60 s marks a GPU server DOWN before its firmware has counted the memory.
    keys.put("ResumeTimeout", 900);
  }
}

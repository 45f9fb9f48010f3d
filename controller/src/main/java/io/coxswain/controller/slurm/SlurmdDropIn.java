package io.coxswain.controller.slurm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The drop-in for slurmd.service of a worker: what makes it a node of the cluster, without any file
 * of Slurm's on the worker.
 */
public final class SlurmdDropIn {
  // Of the agent's package: waits for device files, and says which is missing.
  private static final String GATE = "ExecStartPre=/usr/lib/coxswain/agent/bin/cox-node devices";
  private static final int GATE_SECONDS = 60;

  /** Beyond the gate's own, which would use most of systemd's 90 s. */
  private static final int START_SECONDS = 180;

  private SlurmdDropIn() {}

  /**
   * A worker.
   *
   * @param instance its name
   * @param slurmd the worker's own version, which may be older than slurmctld's: it must know every
   *     option
   * @param options as {@link NodeOptions#render} gives them
   * @param minors of the worker's GPUs, for whose device files it waits; slurmd without them tells
   *     slurmctld of fewer GPUs than there are, and the node is INVAL
   * @param isElastic whether it is a slot of an elastic nodepool: while {@link
   *     CloudNode#JOINS_FILE} is there, slurmd joins as one that has just booted. That the file
   *     comes or goes restarts nothing
   */
  public record Node(
      String instance,
      SlurmVersion slurmd,
      String options,
      List<Integer> minors,
      boolean isElastic) {
    public Node {
      minors = List.copyOf(minors);
    }
  }

  @SuppressWarnings("MethodLength") // The drop-in, as it will stand there.
  public static String render(SlurmSettings settings, Node node) {
    ClusterPaths paths = settings.paths();
    List<String> restart = new ArrayList<>(SlurmConf.readBySlurmdAtStart(settings));
    restart.addAll(GresConf.linesOf(settings, node.instance()));
    boolean hasHandOver = node.slurmd().reconfiguresSafely();
    String authentication =
        node.slurmd().canFetchOverOwnMunge() ? " --authinfo socket=" + paths.mungeSocket() : "";
    return """
        # Kept by Coxswain. Restarted when one of these changes, which does not disturb jobs:
        # %1$s
        [Unit]
        # The distribution's wants a slurm.conf here, but the configuration comes from slurmctld.
        ConditionPathExists=
        # slurmd waits 19 s for missing devices and gives up: the driver first.
        After=network-online.target %2$s nvidia-persistenced.service
        Wants=network-online.target %2$s
        StartLimitIntervalSec=0

        [Service]
        Type=%3$s
        %8$s%9$sExecStart=
        ExecStart=/usr/sbin/slurmd %4$s%10$s --conf-server %5$s%6$s -Z --conf "%7$s"
        # It ends when slurmctld cannot be reached at its start.
        Restart=on-failure
        RestartSec=5
        # Jobs live on when slurmd is restarted.
        KillMode=process
        Delegate=yes
        LimitMEMLOCK=infinity
        LimitSTACK=infinity
        LimitNOFILE=131072
        TasksMax=infinity
        """
        .formatted(
            String.join("\n# ", restart),
            paths.mungedUnit(),
            hasHandOver ? "notify" : "simple",
            hasHandOver ? "--systemd" : "-D",
            settings.jumphost().server(),
            authentication,
            node.options(),
            gate(node.minors()),
            node.isElastic() ? "EnvironmentFile=-" + CloudNode.JOINS_FILE + "\n" : "",
            // Without braces: not there, it is no argument, not an empty one (systemd.service(5)).
            node.isElastic() ? " $COX_JOINS" : "");
  }

  private static String gate(List<Integer> minors) {
    if (minors.isEmpty()) {
      return "";
    }
    String devices = minors.stream().map(String::valueOf).collect(Collectors.joining(" "));
    return GATE + " " + GATE_SECONDS + " " + devices + "\nTimeoutStartSec=" + START_SECONDS + "\n";
  }
}

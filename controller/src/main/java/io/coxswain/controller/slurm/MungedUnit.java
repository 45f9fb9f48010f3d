package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.ClusterId;

/** The systemd unit of a cluster's own munged, with its own key, socket, process file and seed. */
public final class MungedUnit {
  private MungedUnit() {}

  /** For the jumphost, where several run beside the distribution's. */
  public static String forJumphost(ClusterId cluster) {
    return unit(cluster, "", "");
  }

  /** For a worker, which is of one cluster alone. */
  public static String forWorker(ClusterId cluster, SlurmVersion version) {
    if (version.canFetchOverOwnMunge()) {
      return unit(cluster, "", "");
    }
    // slurmd of 22.05 fetches its configuration over the default socket, whatever AuthInfo will say
    // in it. So that socket leads to
    // ours, and the distribution's munged, which has another key, gives way. As root (+): the
    // service itself is munge.
    return unit(
        cluster,
        " munge",
        """
        ExecStartPre=+/usr/bin/systemctl stop munge.service
        ExecStartPost=/bin/ln -sfn %s /run/munge/munge.socket.2
        """
            .formatted(new ClusterPaths(cluster).mungeSocket()));
  }

  /** Whether a worker needs {@link #dropInForDefault}. */
  public static boolean takesDefaultSocket(SlurmVersion version) {
    return !version.canFetchOverOwnMunge();
  }

  /**
   * For the distribution's munge.service on such a worker: at a reboot it does not start as long as
   * the cluster's key is there.
   */
  public static String dropInForDefault(ClusterId cluster) {
    return """
        # Kept by Coxswain while this machine is of cluster %s.
        [Unit]
        ConditionPathExists=!%s
        """
        .formatted(cluster, new ClusterPaths(cluster).mungeKey());
  }

  private static String unit(ClusterId cluster, String moreRuntime, String moreExec) {
    ClusterPaths paths = new ClusterPaths(cluster);
    String name = "coxswain-munge-" + cluster;
    // Forking, because munged answers before it goes to the background: who starts after it finds
    // the socket.
    return """
        # Kept by Coxswain.
        [Unit]
        Description=MUNGE of cluster %1$s
        Documentation=man:munged(8)
        After=network-online.target time-sync.target munge.service
        Wants=network-online.target
        StartLimitIntervalSec=0

        [Service]
        Type=forking
        User=munge
        Group=munge
        RuntimeDirectory=%2$s%3$s
        RuntimeDirectoryMode=0755
        StateDirectory=%2$s
        StateDirectoryMode=0700
        PIDFile=%4$s/munged.pid
        %5$sExecStart=/usr/sbin/munged --key-file=%6$s --socket=%7$s --pid-file=%4$s/munged.pid --seed-file=%8$s/munged.seed --syslog --num-threads=10
        Restart=on-failure
        RestartSec=2

        [Install]
        WantedBy=multi-user.target
        """
        .formatted(
            cluster,
            name,
            moreRuntime,
            paths.mungeRuntime(),
            moreExec,
            paths.mungeKey(),
            paths.mungeSocket(),
            paths.mungeState());
  }
}

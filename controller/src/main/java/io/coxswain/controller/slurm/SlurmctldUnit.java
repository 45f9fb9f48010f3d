package io.coxswain.controller.slurm;

/** The systemd unit of a cluster's own slurmctld on the jumphost. Jobs outlive its restarts. */
public final class SlurmctldUnit {
  private SlurmctldUnit() {}

  @SuppressWarnings("MethodLength") // The unit, as it will stand there.
  public static String render(SlurmSettings settings) {
    ClusterPaths paths = settings.paths();
    // Since 23.11 a reconfigure hands over to a new process, which systemd follows when the daemon
    // tells it.
    boolean hasHandOver = settings.version().reconfiguresSafely();
    return """
        # Kept by Coxswain. Restarted when one of these changes; for any other setting a reload is enough:
        # %1$s
        [Unit]
        Description=Slurm controller of cluster %2$s
        Documentation=man:slurmctld(8)
        After=network-online.target %3$s
        Wants=network-online.target %3$s
        StartLimitIntervalSec=0

        [Service]
        Type=%4$s
        User=slurm
        Group=slurm
        RuntimeDirectory=coxswain-slurmctld-%2$s
        RuntimeDirectoryMode=0755
        StateDirectory=coxswain-slurm/%2$s
        StateDirectoryMode=0700
        LogsDirectory=slurm/%2$s
        LogsDirectoryMode=0750
        ExecStart=/usr/sbin/slurmctld %5$s -f %6$s
        ExecReload=/bin/kill -HUP $MAINPID
        LimitNOFILE=65536
        TasksMax=infinity
        Restart=on-failure
        RestartSec=2

        [Install]
        WantedBy=multi-user.target
        """
        .formatted(
            String.join("\n# ", SlurmConf.readBySlurmctldAtStart(settings)),
            settings.cluster(),
            paths.mungedUnit(),
            hasHandOver ? "notify" : "simple",
            hasHandOver ? "--systemd" : "-D",
            paths.slurmConf());
  }

  /**
   * For the distribution's slurmctld.service on a jumphost: it would start with the first cluster's
   * configuration where /etc/slurm/slurm.conf is our link. A site's own file there is not a link,
   * and its slurmctld runs as before.
   */
  public static String dropInForDefault() {
    return """
        # Kept by Coxswain, whose clusters have a slurmctld each.
        [Unit]
        ConditionPathIsSymbolicLink=!%s
        """
        .formatted(ClusterPaths.DEFAULT_SLURM_CONF);
  }
}

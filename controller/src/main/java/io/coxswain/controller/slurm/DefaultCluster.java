package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.ClusterId;
import java.util.List;
import java.util.stream.Collectors;

/** Which cluster Slurm's commands on a jumphost speak to when nobody said SLURM_CONF. */
public final class DefaultCluster {
  private DefaultCluster() {}

  /** A script for login shells: a cluster's own user means that cluster. */
  public static String profile() {
    return """
        # Kept by Coxswain: a cluster's user speaks to that cluster.
        if [ -z "${SLURM_CONF-}" ] && [ -r "/etc/coxswain/clusters/${USER-}/slurm.conf" ]; then
          export SLURM_CONF="/etc/coxswain/clusters/$USER/slurm.conf"
        fi
        """;
  }

  /**
   * A configuration that no command accepts. All of them print the line that they cannot parse, and
   * that line says what to do; tried with 22.05.
   */
  public static String choice(List<ClusterId> clusters) {
    String names =
        clusters.stream().map(ClusterId::value).sorted().collect(Collectors.joining(", "));
    return """
        # Kept by Coxswain. Slurm's commands print the next line, and stop.
        This machine has several clusters (%s); choose one: export SLURM_CONF=%s
        """
        .formatted(names, "/etc/coxswain/clusters/NAME/slurm.conf");
  }
}

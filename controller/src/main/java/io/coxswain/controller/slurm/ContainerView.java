package io.coxswain.controller.slurm;

import io.coxswain.controller.spec.Want.ContainerMade.Bind;
import java.util.List;

/**
 * What a job in a container sees of its machine, and how Slurm is told of the plugin that puts it
 * there.
 */
public final class ContainerView {
  /** The plugin, on every machine of a cluster that has an image. */
  public static final String PLUGIN = ClusterPaths.PROGRAMS + "/container.so";

  private ContainerView() {}

  /**
   * In order. Devices, processes and networks are the machine's; so are homes, volumes, and whom
   * and whose address a name stands for. Slurm's own commands work where the image has them.
   */
  public static List<Bind> binds(ClusterPaths paths) {
    return List.of(
        directory("/proc"),
        directory("/sys"),
        directory("/dev"),
        directory("/tmp"),
        directory("/home"),
        directory("/mnt"),
        // Munge's socket, and what PMIx keeps there.
        directory("/run"),
        // Batch scripts.
        directory("/var/spool"),
        file("/etc/passwd"),
        file("/etc/group"),
        file("/etc/hosts"),
        file("/etc/hostname"),
        file("/etc/resolv.conf"),
        new Bind(ClusterPaths.PROGRAMS, ClusterPaths.PROGRAMS, true, false),
        // Where SLURM_CONF of a job that came from the jumphost leads to.
        new Bind(paths.slurmdSpool() + "/conf-cache", paths.directory(), true, false));
  }

  /** plugstack.conf; required, for a job must not run outside unasked. */
  public static String plugstack(ClusterPaths paths) {
    return "# Kept by Coxswain: jobs run in the cluster's image; srun --no-container does not.\nrequired "
        + PLUGIN
        + " "
        + paths.container()
        + "\n";
  }

  private static Bind directory(String path) {
    return new Bind(path, path, false, false);
  }

  private static Bind file(String path) {
    return new Bind(path, path, true, true);
  }
}

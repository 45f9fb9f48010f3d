package io.coxswain.controller.slurm;

/** cgroup.conf. */
public final class CgroupConf {
  private CgroupConf() {}

  public static String render(SlurmSettings settings) {
    return SlurmConf.header(settings)
        + switch (settings.confinement()) {
          // Which version of cgroups a worker has, slurmd finds out by itself.
          case CGROUP -> "ConstrainCores=yes\nConstrainRAMSpace=yes\nConstrainDevices=yes\n";
          // Until 23.11 slurmd loads a plugin even when nothing uses it, and v1 is the one that
          // starts without a mount.
          case NONE ->
              "CgroupPlugin="
                  + (settings.version().isAtLeast(24, 5) ? "disabled" : "cgroup/v1")
                  + "\n";
        };
  }
}

package io.coxswain.controller.slurm;

/**
 * How a cluster's jobs are kept within what they were given. One for all its workers, because
 * slurm.conf is one.
 */
public enum Confinement {
  /**
   * Each job in a cgroup of its own: it sees its cores, memory and GPUs alone, and nothing of it
   * outlives it.
   */
  CGROUP,
  /**
   * By Slurm's bookkeeping alone, where the workers have no cgroups to write to: a job can exceed
   * what it was given.
   */
  NONE;

  /** The strongest that a machine offers, from what its agent measured. */
  public static Confinement of(boolean canConfine, int cgroupVersion) {
    return canConfine && cgroupVersion > 0 ? CGROUP : NONE;
  }

  /** The strongest that both can have. */
  public Confinement and(Confinement other) {
    return this == CGROUP && other == CGROUP ? CGROUP : NONE;
  }
}

package io.coxswain.controller.lifecycle;

import java.util.List;

/**
 * What was measured of an instance's machine when it was set up, and how far it is. It must not
 * change under running jobs when a later reading fails or the machine is silent.
 *
 * @param address where other machines reach it
 * @param canConfine whether jobs can be put into cgroups there
 * @param cgroupVersion 0, 1 or 2
 * @param gpuMinors the N of its /dev/nvidiaN
 * @param slurmVersion "22.05.8"; empty until the packages are there
 * @param nodeOptions what slurmd's {@code --conf} says of the node; empty until the packages are
 *     there, and for a jumphost
 * @param isServing on a jumphost: its slurmctld takes nodes and jobs
 */
public record Settled(
    String address,
    boolean canConfine,
    int cgroupVersion,
    List<Integer> gpuMinors,
    String slurmVersion,
    String nodeOptions,
    boolean isServing) {
  public static final Settled NOTHING = new Settled("", false, 0, List.of(), "", "", false);

  public Settled {
    gpuMinors = List.copyOf(gpuMinors);
  }

  public Settled withSlurm(String version, String options) {
    return new Settled(address, canConfine, cgroupVersion, gpuMinors, version, options, isServing);
  }

  /**
   * What stands of an elastic slot while it has no machine: what slurmctld is configured for, so
   * that it is not configured anew each time that one comes.
   */
  public Settled promised() {
    return new Settled("", canConfine, cgroupVersion, gpuMinors, "", nodeOptions, false);
  }

  public Settled serving(boolean serving) {
    return new Settled(
        address, canConfine, cgroupVersion, gpuMinors, slurmVersion, nodeOptions, serving);
  }
}

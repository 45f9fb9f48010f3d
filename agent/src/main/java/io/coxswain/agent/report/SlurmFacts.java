package io.coxswain.agent.report;

import java.util.Optional;

/**
 * Slurm as installed here.
 *
 * @param version "22.05.8"
 * @param layout as {@code slurmd -C} measures this machine; empty where slurmd is not installed
 */
public record SlurmFacts(String version, Optional<Layout> layout) {
  /** The words of a NodeName line. */
  public record Layout(
      int cpus,
      int boards,
      int socketsPerBoard,
      int coresPerSocket,
      int threadsPerCore,
      long realMemoryMib) {}
}

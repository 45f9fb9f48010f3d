package io.coxswain.agent.report;

/**
 * MPI as installed here.
 *
 * @param openMpiVersion "4.1.4"; empty when not installed
 * @param isPmixLoadable whether the library that Slurm's PMIx plugin opens by name is there with
 *     all that it needs
 */
public record MpiFacts(String openMpiVersion, boolean isPmixLoadable) {}

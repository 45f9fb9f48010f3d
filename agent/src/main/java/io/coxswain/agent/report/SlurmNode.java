package io.coxswain.agent.report;

/**
 * A node as its slurmctld sees it.
 *
 * @param state base state and flags as Slurm prints them: "IDLE+DRAIN+DYNAMIC_NORM"
 * @param reason without who and when; empty when none
 * @param gres "gpu:h200:8"; empty when none
 */
public record SlurmNode(String name, String state, String reason, String gres) {}

package io.coxswain.agent.report;

/**
 * What the machine offers of control groups.
 *
 * @param version 0 when none is mounted, 1 for v1 and for hybrids (Slurm takes them for v1), 2 for
 *     v2 alone
 * @param isWritable whether a process could be put into a new group: what Slurm's proctrack/cgroup
 *     needs
 */
public record CgroupFacts(int version, boolean isWritable) {}

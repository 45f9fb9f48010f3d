package io.coxswain.agent.report;

/** What runs on the machine, as far as a Slurm cluster cares. */
public record Software(
    Reading<OperatingSystem> os,
    Reading<CgroupFacts> cgroups,
    Reading<SlurmFacts> slurm,
    Reading<MpiFacts> mpi) {}

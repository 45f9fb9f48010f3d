package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.util.Optional;

/** One thing that must be true of a host. */
public sealed interface Step
    permits AddUser,
        CheckDriverFit,
        ClearFault,
        CompileMpiProgram,
        DeleteSlurmNode,
        DrainSlurmNode,
        EndProcesses,
        InstallDriver,
        InstallPackages,
        LoadDriver,
        MakeDirectory,
        MakeLink,
        MeasureSlurmNodes,
        PowerMachine,
        PowerOff,
        ProveMpi,
        QuiesceSlurm,
        ReadySlurmNodes,
        RebootMachine,
        RemovePath,
        RemoveUnit,
        RemoveUser,
        ResetGpu,
        RestoreDriver,
        RetestSlurmNode,
        RunUnit,
        SetHostName,
        WriteCdiSpecification,
        WriteFile,
        WriteHostsBlock,
        MountVolume,
        UnmountVolume,
        MeasureVolume,
        MakeElasticNodes,
        EndResume,
        LoadImage,
        MakeContainer,
        CompileSlurmPlugin {

  /** Reads the host and says how far it is from what this step wants; changes nothing. */
  Check check(Host host);

  /**
   * Makes the next {@link #check} say {@link Check.InSync}, or {@link Check.Pending} when the
   * machine needs time, or throws.
   */
  void apply(Host host);

  default Disruption disruption() {
    return Disruption.NONE;
  }

  /** What proves that the step is true, for people to read; empty for most. */
  default Optional<String> evidence(Host host) {
    return Optional.empty();
  }
}

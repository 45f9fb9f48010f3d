package io.coxswain.agent.link;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Users.Account;
import io.coxswain.agent.step.AddUser;
import io.coxswain.agent.step.ClearFault;
import io.coxswain.agent.step.CompileMpiProgram;
import io.coxswain.agent.step.Content;
import io.coxswain.agent.step.DeleteSlurmNode;
import io.coxswain.agent.step.DrainSlurmNode;
import io.coxswain.agent.step.EndProcesses;
import io.coxswain.agent.step.InstallPackages;
import io.coxswain.agent.step.MakeDirectory;
import io.coxswain.agent.step.MakeLink;
import io.coxswain.agent.step.MeasureSlurmNodes;
import io.coxswain.agent.step.PowerOff;
import io.coxswain.agent.step.ProveMpi;
import io.coxswain.agent.step.QuiesceSlurm;
import io.coxswain.agent.step.ReadySlurmNodes;
import io.coxswain.agent.step.RebootMachine;
import io.coxswain.agent.step.RemovePath;
import io.coxswain.agent.step.RemoveUnit;
import io.coxswain.agent.step.RemoveUser;
import io.coxswain.agent.step.ResetGpu;
import io.coxswain.agent.step.RestoreDriver;
import io.coxswain.agent.step.RetestSlurmNode;
import io.coxswain.agent.step.RunUnit;
import io.coxswain.agent.step.SetHostName;
import io.coxswain.agent.step.Step;
import io.coxswain.agent.step.WriteCdiSpecification;
import io.coxswain.agent.step.WriteFile;
import io.coxswain.agent.step.WriteHostsBlock;
import io.coxswain.v1.MpiCheck;
import io.coxswain.v1.SlurmNodeRetested;
import io.coxswain.v1.SlurmNodesMeasured;
import io.coxswain.v1.SlurmQuiesced;
import io.coxswain.v1.UserAccount;
import java.util.List;

/**
 * Wire to step: a kind that is not mapped does not compile, one that this agent is too old for is
 * refused.
 */
final class StepDecoder {
  private StepDecoder() {}

  @SuppressWarnings("MethodLength") // One switch or list over every kind of step.
  static Step decode(io.coxswain.v1.Step wire) {
    return switch (wire.getKindCase()) {
      case HOST_NAME -> new SetHostName(demand("host_name.name", wire.getHostName().getName()));
      case HOSTS_BLOCK ->
          new WriteHostsBlock(
              wire.getHostsBlock().getEntriesList().stream()
                  .map(e -> new WriteHostsBlock.Entry(e.getAddress(), e.getNamesList()))
                  .toList());
      case USER_ACCOUNT -> user(wire.getUserAccount());
      case PACKAGES -> new InstallPackages(wire.getPackages().getNamesList());
      case FILE -> file(wire.getFile());
      case DIRECTORY ->
          new MakeDirectory(
              path(wire.getDirectory().getPath()),
              new Access(
                  wire.getDirectory().getMode(),
                  wire.getDirectory().getOwner(),
                  wire.getDirectory().getGroup()));
      case SYMBOLIC_LINK ->
          new MakeLink(
              path(wire.getSymbolicLink().getPath()),
              demand("symbolic_link.target", wire.getSymbolicLink().getTarget()));
      case UNIT ->
          new RunUnit(
              demand("unit.name", wire.getUnit().getName()),
              wire.getUnit().getRestartOnList(),
              wire.getUnit().getReloadOnList());
      case MPI_PROGRAM ->
          new CompileMpiProgram(
              path(wire.getMpiProgram().getPath()), wire.getMpiProgram().getSource());
      case SLURM_NODES_READY ->
          new ReadySlurmNodes(
              cluster(wire.getSlurmNodesReady().getClusterId()),
              wire.getSlurmNodesReady().getNodesList());
      case SLURM_NODE_GONE ->
          new DeleteSlurmNode(
              cluster(wire.getSlurmNodeGone().getClusterId()),
              demand("slurm_node_gone.node", wire.getSlurmNodeGone().getNode()));
      case SLURM_QUIESCED ->
          new QuiesceSlurm(
              cluster(wire.getSlurmQuiesced().getClusterId()),
              policy(wire.getSlurmQuiesced().getPolicy()));
      case MPI_CHECK -> mpiCheck(wire.getMpiCheck());
      case USER_ABSENT ->
          new RemoveUser(
              demand("user_absent.name", wire.getUserAbsent().getName()),
              wire.getUserAbsent().getUid(),
              path(wire.getUserAbsent().getHome()));
      case PATH_ABSENT ->
          new RemovePath(path(wire.getPathAbsent().getPath()), wire.getPathAbsent().getRecursive());
      case UNIT_ABSENT ->
          new RemoveUnit(demand("unit_absent.name", wire.getUnitAbsent().getName()));
      case SLURM_NODE_DRAINED ->
          new DrainSlurmNode(
              cluster(wire.getSlurmNodeDrained().getClusterId()),
              demand("slurm_node_drained.node", wire.getSlurmNodeDrained().getNode()),
              wire.getSlurmNodeDrained().getReason());
      case SLURM_NODE_RETESTED -> retest(wire.getSlurmNodeRetested());
      case SLURM_NODES_MEASURED -> measure(wire.getSlurmNodesMeasured());
      case MACHINE_REBOOTED ->
          new RebootMachine(demand("machine_rebooted.id", wire.getMachineRebooted().getId()));
      case GPU_RESET ->
          new ResetGpu(
              demand("gpu_reset.id", wire.getGpuReset().getId()),
              demand("gpu_reset.pci_bus_id", wire.getGpuReset().getPciBusId()));
      case HEALTH_CLEARED ->
          new ClearFault(
              demand("health_cleared.id", wire.getHealthCleared().getId()),
              demand("health_cleared.check", wire.getHealthCleared().getCheck()),
              wire.getHealthCleared().getSubject());
      case PROCESSES_ABSENT ->
          new EndProcesses(wire.getProcessesAbsent().getUser(), wire.getProcessesAbsent().getUid());
      case DRIVER_FIT -> DriverSteps.fit(wire.getDriverFit());
      case DRIVER_INSTALLED -> DriverSteps.installed(wire.getDriverInstalled());
      case DRIVER_LOADED -> DriverSteps.loaded(wire.getDriverLoaded());
      case DRIVER_RESTORED ->
          new RestoreDriver(
              demand("driver_restored.id", wire.getDriverRestored().getId()),
              wire.getDriverRestored().getUndoes());
      case CDI_SPECIFICATION -> new WriteCdiSpecification();
      case MACHINE_POWERED -> PowerSteps.powered(wire.getMachinePowered());
      case POWERED_OFF -> new PowerOff(demand("powered_off.id", wire.getPoweredOff().getId()));
      case VOLUME_MOUNTED -> VolumeSteps.mounted(wire.getVolumeMounted());
      case VOLUME_UNMOUNTED -> VolumeSteps.unmounted(wire.getVolumeUnmounted());
      case VOLUME_MEASURED -> VolumeSteps.measured(wire.getVolumeMeasured());
      case ELASTIC_NODES -> ElasticSteps.nodes(wire.getElasticNodes());
      case RESUME_REFUSED -> ElasticSteps.refused(wire.getResumeRefused());
      case IMAGE_LOADED -> ImageSteps.loaded(wire.getImageLoaded());
      case CONTAINER_MADE -> ImageSteps.container(wire.getContainerMade());
      case SLURM_PLUGIN -> ImageSteps.plugin(wire.getSlurmPlugin());
      case KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "step "
                  + wire.getTitle()
                  + ": of a kind that this agent does not know (expected: none newer than it)");
    };
  }

  private static AddUser user(UserAccount wire) {
    return new AddUser(
        new Account(
            demand("user_account.name", wire.getName()),
            wire.getUid(),
            wire.getGid(),
            path(wire.getHome()),
            wire.getShell()),
        wire.getAuthorizedKeysList());
  }

  private static WriteFile file(io.coxswain.v1.File wire) {
    return new WriteFile(
        path(wire.getPath()),
        Content.of(wire.getContent().toByteArray()),
        new Access(wire.getMode(), wire.getOwner(), wire.getGroup()),
        wire.getSecret());
  }

  private static ProveMpi mpiCheck(MpiCheck wire) {
    return new ProveMpi(
        cluster(wire.getClusterId()),
        wire.getNodesList(),
        wire.getPartition(),
        wire.getRanksPerNode(),
        wire.getGpusPerNode(),
        path(wire.getProgram()),
        demand("mpi_check.user", wire.getUser()),
        demand("mpi_check.mpi", wire.getMpi()),
        wire.getProof());
  }

  private static RetestSlurmNode retest(SlurmNodeRetested wire) {
    return new RetestSlurmNode(
        new ProveMpi(
            cluster(wire.getClusterId()),
            List.of(demand("slurm_node_retested.node", wire.getNode())),
            wire.getPartition(),
            wire.getRanks(),
            wire.getGpus(),
            path(wire.getProgram()),
            demand("slurm_node_retested.user", wire.getUser()),
            demand("slurm_node_retested.mpi", wire.getMpi()),
            wire.getProof()));
  }

  private static MeasureSlurmNodes measure(SlurmNodesMeasured wire) {
    return new MeasureSlurmNodes(
        cluster(wire.getClusterId()),
        wire.getNodesList(),
        wire.getPartition(),
        wire.getGpus(),
        path(wire.getPairwise()),
        path(wire.getRuntool()),
        demand("slurm_nodes_measured.user", wire.getUser()),
        demand("slurm_nodes_measured.mpi", wire.getMpi()),
        demand("slurm_nodes_measured.id", wire.getId()));
  }

  private static QuiesceSlurm.Policy policy(SlurmQuiesced.Policy wire) {
    return switch (wire) {
      case REFUSE -> QuiesceSlurm.Policy.REFUSE;
      case DRAIN -> QuiesceSlurm.Policy.DRAIN;
      case CANCEL -> QuiesceSlurm.Policy.CANCEL;
      case LET_RUN -> QuiesceSlurm.Policy.LET_RUN;
      case POLICY_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "slurm_quiesced.policy: " + wire + " (expected: REFUSE, DRAIN, CANCEL or LET_RUN)");
    };
  }

  static String path(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path: '" + path + "' (expected: absolute)");
    }
    return path;
  }

  // It becomes a part of paths.
  private static String cluster(String id) {
    if (!id.matches("[a-z][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException(
          "cluster_id: '" + id + "' (expected: small letters, digits and dashes)");
    }
    return id;
  }

  static String demand(String field, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(field + ": empty (expected: a value)");
    }
    return value;
  }
}

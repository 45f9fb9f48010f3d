package io.coxswain.cli;

import io.coxswain.v1.CreateClusterRequest;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cox cluster create}. */
@Command(
    name = "create",
    header = "Make a Slurm cluster out of machines that nobody uses.",
    description =
        "Claims machines of the shape, installs what is missing, starts Slurm, and proves the"
            + " cluster with a real MPI job before it says RUNNING.",
    footer = {
      "",
      "Examples:",
      "  cox cluster create 8xH200 -n 4 --wait",
      "  cox cluster create 1xL40S -n 2 --name train -i alice.pub -i bob.pub",
      "  cox cluster create 8xH200 -n 4 --dry-run          which machines, and why not others",
      "  cox cluster create 8xH200 -n 0 --max 8           nodes come when jobs wait for them",
      "  cox cluster create 8xH200 -n 4 --container torch    jobs run in that image",
      "  cox cluster create cpu -n 2 --hosts w1,w2 -o name"
    })
final class ClusterCreateCommand extends PrintingCommand {
  @Parameters(
      paramLabel = "SHAPE",
      description = "What each node must have, as measured: 8xH200, 1xL40S, cpu.")
  String shape = "";

  @Option(
      names = {"-n", "--num-nodes"},
      paramLabel = "NODES",
      description = "How many nodes. Default: 1.")
  int nodes = 1;

  @Option(
      names = "--max",
      paramLabel = "NODES",
      description =
          "How many it may have: those above -n come when jobs wait. Default: as many as -n.")
  int max;

  @Option(names = "--idle-time", paramLabel = "SECONDS", description = NodepoolPage.IDLE_TIME)
  long idleTime;

  @Option(
      names = {"-i", "--public-key"},
      paramLabel = "FILE",
      description = {
        "Who may log in: a file of OpenSSH public keys; may be repeated; - is standard input.",
        "Default: the first of ~/.ssh/id_{ed25519,ecdsa,rsa}.pub."
      })
  List<String> publicKeys = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "A name of your own. Default: the cluster's id.")
  String name = "";

  @Option(
      names = "--deletion-protection",
      description = "Refuse to destroy it until this is taken off.")
  boolean deletionProtection;

  @Option(
      names = "--selector",
      paramLabel = "LABEL=VALUE,...",
      description = "Only machines with all these labels.")
  String selector = "";

  @Option(
      names = "--hosts",
      paramLabel = "MACHINE",
      split = ",",
      description = "Only these machines.")
  List<String> hosts = new ArrayList<>();

  @Option(
      names = "--jumphost",
      paramLabel = "NAME|own|shared",
      description = {
        "Where slurmctld runs and users log in: an enrolled jumphost by name, one that clusters",
        "share, or a worker of its own. Default: shared; of one node, the node itself."
      })
  String jumphost = "";

  @Option(
      names = "--container",
      paramLabel = "IMAGE",
      description =
          "Let jobs run in this image: cox image list. Default: on the machines themselves.")
  String container = "";

  @Option(names = "--dry-run", description = "Say which machines would be taken; change nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Show progress and wait for the end.")
  boolean wait;

  @Mixin TimeLimit limit = new TimeLimit();
  @Mixin ReadyOption ready = new ReadyOption();

  @Override
  int run() {
    NodepoolPage.requireCounts("-n", nodes, max, idleTime);
    Waiting waiting = ready.of(limit.waiting(wait), nodes);
    CreateClusterRequest request =
        CreateClusterRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setShape(shape)
            .setSize(nodes)
            .setMax(max)
            .setIdleTimeSeconds(idleTime)
            .setName(name)
            .addAllPublicKeys(
                dryRun && publicKeys.isEmpty()
                    ? List.of()
                    : new PublicKeys(terminal()).read(publicKeys))
            .setDeletionProtection(deletionProtection)
            .setSelector(selector)
            .addAllHosts(hosts)
            .setJumphost(jumphost)
            .setDryRun(dryRun)
            .setContainer(container)
            .build();
    CreateClusterResponse answer =
        controller().call("Clusters/CreateCluster", request, CreateClusterResponse.parser());
    if (dryRun) {
      return tryOut(answer);
    }
    return waiting.isWanted() ? waitFor(answer, waiting) : tell(answer);
  }

  private int tryOut(CreateClusterResponse answer) {
    Plan plan = answer.getPlan();
    if (!isPrinted(answer)) {
      print(plan);
    }
    if (plan.getLeasesCount() < nodes) {
      terminal().flush();
      throw CoxException.refused(
          "no capacity for "
              + nodes
              + " x "
              + shape
              + ": "
              + Text.count(plan.getLeasesCount(), "machine")
              + " would be taken",
          "ask for fewer with -n or another shape");
    }
    return ExitCode.DONE;
  }

  private int tell(CreateClusterResponse answer) {
    if (!isPrinted(answer, answer.getCluster().getId())) {
      line("cluster " + ClusterPage.title(answer.getCluster()) + " is being made");
      line("follow it: cox operation watch " + answer.getOperation().getId());
    }
    return ExitCode.DONE;
  }

  private int waitFor(CreateClusterResponse answer, Waiting waiting) {
    terminal()
        .err()
        .println(
            "cluster " + Text.clean(ClusterPage.title(answer.getCluster())) + " is being made");
    OperationUpdate end =
        Watch.whileWaiting(controller(), terminal(), answer.getOperation().getId(), waiting);
    boolean isPrinted = false;
    if (format != Format.TABLE && format != Format.WIDE) {
      CreateClusterResponse now =
          answer.toBuilder()
              .setOperation(end.getOperation())
              .setCluster(ClusterInfoCommand.get(controller(), answer.getCluster().getId()))
              .build();
      isPrinted = isPrinted(now, now.getCluster().getId());
    }
    if (OperationEnd.isEnough(end, waiting)) {
      OperationEnd.enough(end, this, isPrinted);
      return ExitCode.DONE;
    }
    OperationEnd.check(end);
    if (!isPrinted) {
      OperationEnd.print(end.getOperation(), terminal());
    }
    return ExitCode.DONE;
  }

  private void print(Plan plan) {
    if (format == Format.NAME) {
      for (Plan.Lease lease : plan.getLeasesList()) {
        line(lease.getMachine());
      }
      return;
    }
    Table leases = new Table("INSTANCE", "MACHINE");
    for (Plan.Lease lease : plan.getLeasesList()) {
      leases.add(lease.getInstance(), lease.getMachine());
    }
    Table rejections = new Table("NOT TAKEN", "WHY");
    for (Plan.Rejection rejection : plan.getRejectionsList()) {
      rejections.add(rejection.getMachine(), rejection.getWhy());
    }
    leases.print(terminal().out(), terminal().isColourful());
    new Page(terminal()).table(rejections);
    terminal().err().println("dry run: nothing was changed");
  }
}

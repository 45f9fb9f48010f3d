package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Hold;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.slurm.CgroupConf;
import io.coxswain.controller.slurm.ClusterPaths;
import io.coxswain.controller.slurm.ContainerView;
import io.coxswain.controller.slurm.DefaultCluster;
import io.coxswain.controller.slurm.GresConf;
import io.coxswain.controller.slurm.MungedUnit;
import io.coxswain.controller.slurm.SlurmConf;
import io.coxswain.controller.slurm.SlurmSettings;
import io.coxswain.controller.slurm.SlurmVersion;
import io.coxswain.controller.slurm.SlurmctldUnit;
import io.coxswain.controller.slurm.SlurmdDropIn;
import io.coxswain.controller.spec.Assignment.Step;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The steps of each group, in order. Knows package names and paths; knows nothing of states. */
public final class ClusterSteps {
  /** Two ranks a node show that ranks on one node and on several reach each other. */
  static final int RANKS_PER_NODE = 2;

  private static final String MPI_PROGRAM = "/usr/local/lib/coxswain/allreduce";

  // Debian's PMIx plugin of Slurm opens a file that only libpmix-dev has; users compile with mpicc.
  private static final List<String> MPI_PACKAGES =
      List.of("openmpi-bin", "libopenmpi-dev", "libpmix-dev", "gcc", "libc6-dev");

  private static final String PAIRWISE = "/usr/local/lib/coxswain/pairwise";
  private static final String RUNTOOL = "/usr/local/lib/coxswain/runtool";

  private final String mpiSource;
  private final String pairwiseSource;
  private final String runtoolSource;
  private final String pluginSource;

  /** With the sources of the acceptance check's program and of those of active tests. */
  public ClusterSteps(String mpiSource, String pairwiseSource, String runtoolSource) {
    this(mpiSource, pairwiseSource, runtoolSource, "");
  }

  /** The same, with the source of Slurm's plugin for containers. */
  public ClusterSteps(
      String mpiSource, String pairwiseSource, String runtoolSource, String pluginSource) {
    this.mpiSource = mpiSource;
    this.pairwiseSource = pairwiseSource;
    this.runtoolSource = runtoolSource;
    this.pluginSource = pluginSource;
  }

  /** Of Slurm's plugin for containers. */
  String pluginSource() {
    return pluginSource;
  }

  List<Step> workerHost(ClusterSpec spec, Instance instance, List<Want.Hosts.Entry> hosts) {
    return List.of(
        new Step("set the host name", new Want.HostName(instance.name())),
        new Step("name the cluster's machines", new Want.Hosts(hosts)),
        new Step("install Slurm and MPI", new Want.Packages(packages("slurmd"))),
        new Step("add the login user", user(spec)));
  }

  List<Step> jumphostHost(List<Want.Hosts.Entry> hosts, boolean isUsed) {
    List<Step> steps =
        new ArrayList<>(List.of(new Step("name the clusters' machines", new Want.Hosts(hosts))));
    if (isUsed) {
      steps.add(new Step("install Slurm and MPI", new Want.Packages(packages("slurmctld"))));
    }
    return steps;
  }

  /** Of a machine of the pool that runs a cluster's slurmctld, and mostly a node of it besides. */
  List<Step> ownHost(ClusterSpec spec, Optional<Instance> worker, List<Want.Hosts.Entry> hosts) {
    List<Step> steps = new ArrayList<>();
    List<String> packages = new ArrayList<>(packages("slurmctld"));
    worker.ifPresent(
        node -> {
          steps.add(new Step("set the host name", new Want.HostName(node.name())));
          packages.add("slurmd");
        });
    steps.add(new Step("name the cluster's machines", new Want.Hosts(hosts)));
    steps.add(new Step("install Slurm and MPI", new Want.Packages(packages)));
    steps.add(new Step("add the login user", user(spec)));
    return steps;
  }

  private static List<String> packages(String daemon) {
    List<String> names = new ArrayList<>(List.of(daemon, "slurm-client", "munge"));
    names.addAll(MPI_PACKAGES);
    return names;
  }

  static Want.User user(ClusterSpec spec) {
    return new Want.User(
        spec.user(),
        spec.uid(),
        spec.uid(),
        "/home/" + spec.user(),
        "/bin/bash",
        spec.publicKeys());
  }

  /** slurmctld of a cluster on its jumphost. */
  List<Step> controller(Cluster cluster, Instance jumphost, List<Instance> workers) {
    ClusterSpec spec = cluster.spec();
    ClusterPaths paths = new ClusterPaths(spec.id());
    SlurmSettings settings = Settings.of(spec, jumphost, workers);
    String slurmctldDropIn = ClusterPaths.SLURMCTLD_DROP_IN;
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("add the login user", user(spec)));
    steps.addAll(munge(cluster, munged(spec.id(), jumphost, workers)));
    steps.add(new Step("write slurm.conf", file(paths.slurmConf(), SlurmConf.render(settings))));
    steps.add(new Step("write gres.conf", file(paths.gresConf(), GresConf.render(settings))));
    steps.add(new Step("write cgroup.conf", file(paths.cgroupConf(), CgroupConf.render(settings))));
    steps.add(
        new Step(
            "keep the distribution's slurmctld aside",
            file(slurmctldDropIn, SlurmctldUnit.dropInForDefault())));
    steps.add(
        new Step(
            "write slurmctld's unit",
            file(paths.slurmctldUnitFile(), SlurmctldUnit.render(settings))));
    steps.add(
        new Step(
            "run slurmctld",
            new Want.Unit(
                paths.slurmctldUnit(),
                List.of(paths.slurmctldUnitFile()),
                List.of(paths.slurmConf(), paths.gresConf(), paths.cgroupConf()))));
    steps.add(new Step("build the MPI check", new Want.MpiProgram(MPI_PROGRAM, mpiSource)));
    return steps;
  }

  /** slurmd of a cluster on a worker. */
  List<Step> node(Cluster cluster, Instance instance, Instance jumphost, List<Instance> workers) {
    ClusterSpec spec = cluster.spec();
    SlurmSettings settings = Settings.of(spec, jumphost, workers);
    SlurmVersion version = SlurmVersion.parse(instance.settled().slurmVersion());
    List<Step> steps = new ArrayList<>();
    if (MungedUnit.takesDefaultSocket(version)) {
      steps.add(
          new Step(
              "keep the distribution's munged aside",
              file(ClusterPaths.MUNGE_DROP_IN, MungedUnit.dropInForDefault(spec.id()))));
    }
    steps.addAll(munge(cluster, MungedUnit.forWorker(spec.id(), version)));
    steps.add(
        new Step(
            "make slurmd a node of the cluster",
            file(
                ClusterPaths.SLURMD_DROP_IN,
                SlurmdDropIn.render(
                    settings,
                    new SlurmdDropIn.Node(
                        instance.name(),
                        version,
                        instance.settled().nodeOptions(),
                        spec.poolOf(instance.pool()).shape().hasGpus()
                            ? instance.settled().gpuMinors()
                            : List.of(),
                        instance.isElastic())))));
    if (instance.isElastic()) {
      steps.add(ElasticSteps.joining(instance));
    }
    steps.add(new Step("build the MPI check", new Want.MpiProgram(MPI_PROGRAM, mpiSource)));
    steps.add(new Step("build the network test", new Want.MpiProgram(PAIRWISE, pairwiseSource)));
    steps.add(new Step("build the tools' runner", new Want.MpiProgram(RUNTOOL, runtoolSource)));
    steps.add(
        new Step(
            "run slurmd",
            new Want.Unit("slurmd.service", List.of(ClusterPaths.SLURMD_DROP_IN), List.of())));
    return steps;
  }

  /** Where the jumphost is a node besides, the node's: there is one munged for both. */
  private static String munged(ClusterId id, Instance jumphost, List<Instance> workers) {
    boolean isNode =
        workers.stream().anyMatch(worker -> worker.machineId().equals(jumphost.machineId()));
    return isNode
        ? MungedUnit.forWorker(id, SlurmVersion.parse(jumphost.settled().slurmVersion()))
        : MungedUnit.forJumphost(id);
  }

  private static List<Step> munge(Cluster cluster, String unit) {
    ClusterPaths paths = new ClusterPaths(cluster.spec().id());
    return List.of(
        new Step(
            "make the cluster's directory",
            new Want.Directory(paths.directory(), 0755, "root", "root")),
        new Step(
            "write the munge key",
            new Want.SecretFile(paths.mungeKey(), cluster.mungeKey(), 0400, "munge", "munge")),
        new Step("write munged's unit", file(paths.mungedUnitFile(), unit)),
        new Step(
            "run munged",
            new Want.Unit(
                paths.mungedUnit(), List.of(paths.mungedUnitFile(), paths.mungeKey()), List.of())));
  }

  static Want.File file(String path, String content) {
    return new Want.File(path, content, 0644, "root", "root");
  }

  /**
   * The real check of a nodepool: nodes idle, then an all-reduce over all of them with their GPUs.
   */
  List<Step> gate(ClusterSpec spec, Nodepool pool, List<Instance> nodes) {
    List<String> names = nodes.stream().map(Instance::name).toList();
    String proof =
        nodes.stream()
            // Since when: a machine that left and came back is proven anew.
            .map(node -> node.machineId() + "/" + node.retry() + "/" + node.since().toEpochMilli())
            .collect(Collectors.joining(" "));
    return List.of(
        new Step("wait for the nodes", new Want.NodesReady(spec.id(), names)),
        new Step(
            "prove MPI over all nodes",
            new Want.MpiCheck(
                spec.id(),
                names,
                pool.name(),
                RANKS_PER_NODE,
                pool.shape().gpus(),
                MPI_PROGRAM,
                spec.user(),
                "pmix",
                proof)));
  }

  /** Measures the idle ones of the test's nodes, which are of one nodepool. */
  List<Step> test(ClusterSpec spec, Nodepool pool, NodeTest test) {
    return List.of(
        new Step(
            "measure the idle nodes",
            new Want.NodesMeasured(
                spec.id(),
                test.nodes(),
                pool.name(),
                pool.shape().gpus(),
                PAIRWISE,
                RUNTOOL,
                spec.user(),
                "pmix",
                test.operation())));
  }

  /** The node of a machine that is not well takes no jobs. */
  List<Step> hold(Instance instance, Hold hold) {
    return List.of(
        new Step(
            "keep " + instance.name() + " from jobs",
            new Want.NodeDrained(instance.cluster(), instance.name(), hold.reason())));
  }

  /** It is well again, and shows it before it gets jobs. */
  List<Step> release(ClusterSpec spec, Instance instance, Hold hold) {
    return List.of(
        new Step(
            "test " + instance.name() + " alone",
            new Want.NodeRetested(
                spec.id(),
                instance.name(),
                instance.pool(),
                RANKS_PER_NODE,
                spec.poolOf(instance.pool()).shape().gpus(),
                MPI_PROGRAM,
                spec.user(),
                "pmix",
                instance.machineId() + "/" + hold.since())),
        new Step(
            "give " + instance.name() + " back to jobs",
            new Want.NodesReady(spec.id(), List.of(instance.name()))));
  }

  /**
   * What plain sbatch talks to: the one cluster there is. With several, a login as a cluster's user
   * chooses that cluster, and everybody else is told by Slurm's own commands how to choose.
   */
  List<Step> slurmDefault(List<ClusterId> present) {
    String path = ClusterPaths.DEFAULT_SLURM_CONF;
    if (present.isEmpty()) {
      return List.of(
          new Step(
              "leave plain Slurm commands without a cluster", new Want.PathAbsent(path, false)),
          absent(ClusterPaths.CHOICE_CONF),
          absent(ClusterPaths.PROFILE),
          absent(ClusterPaths.SLURMCTLD_DROP_IN));
    }
    Step profile =
        new Step(
            "let logins choose their cluster",
            file(ClusterPaths.PROFILE, DefaultCluster.profile()));
    if (present.size() == 1) {
      return List.of(
          profile,
          new Step(
              "point plain Slurm commands at the cluster",
              new Want.Link(path, new ClusterPaths(present.getFirst()).slurmConf())),
          absent(ClusterPaths.CHOICE_CONF));
    }
    return List.of(
        profile,
        new Step(
            "tell how to choose a cluster",
            file(ClusterPaths.CHOICE_CONF, DefaultCluster.choice(present))),
        new Step(
            "point plain Slurm commands at that word",
            new Want.Link(path, ClusterPaths.CHOICE_CONF)));
  }

  /** Everything of the cluster leaves the worker, which gets its own name back. */
  List<Step> cleanWorker(ClusterSpec spec, String hostName) {
    ClusterPaths paths = new ClusterPaths(spec.id());
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("stop slurmd", new Want.UnitAbsent("slurmd.service")));
    steps.add(VolumeGroups.allUnmounted(spec));
    steps.addAll(withoutUserAndMunge(spec, paths));
    paths.onWorker().forEach(path -> steps.add(absent(path)));
    steps.add(new Step("remove the MPI check", absentWant(MPI_PROGRAM)));
    steps.add(new Step("remove the plugin for containers", absentWant(ContainerView.PLUGIN)));
    steps.add(new Step("remove the network test", absentWant(PAIRWISE)));
    steps.add(new Step("remove the tools' runner", absentWant(RUNTOOL)));
    steps.add(new Step("forget the cluster's machines", new Want.Hosts(List.of())));
    steps.add(new Step("give the host name back", new Want.HostName(hostName)));
    return steps;
  }

  List<Step> cleanJumphost(ClusterSpec spec) {
    ClusterPaths paths = new ClusterPaths(spec.id());
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("stop slurmctld", new Want.UnitAbsent(paths.slurmctldUnit())));
    steps.add(VolumeGroups.allUnmounted(spec));
    steps.addAll(withoutUserAndMunge(spec, paths));
    steps.add(absent(paths.slurmctldUnitFile()));
    paths.onJumphost().forEach(path -> steps.add(absent(path)));
    return steps;
  }

  /**
   * Everything of the cluster leaves a machine of the pool that ran its slurmctld, and perhaps a
   * node. slurmctld first: it must not outlive its munged and its files.
   */
  List<Step> cleanOwn(ClusterSpec spec, String hostName) {
    ClusterPaths paths = new ClusterPaths(spec.id());
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("stop slurmctld", new Want.UnitAbsent(paths.slurmctldUnit())));
    steps.addAll(cleanWorker(spec, hostName));
    steps.add(absent(paths.slurmctldUnitFile()));
    paths.onJumphost().stream()
        .filter(path -> !paths.onWorker().contains(path))
        .forEach(path -> steps.add(absent(path)));
    steps.addAll(slurmDefault(List.of()));
    return steps;
  }

  private static List<Step> withoutUserAndMunge(ClusterSpec spec, ClusterPaths paths) {
    return List.of(
        new Step("end the user's processes", new Want.ProcessesAbsent(spec.user(), spec.uid())),
        new Step(
            "remove the login user",
            new Want.UserAbsent(spec.user(), spec.uid(), "/home/" + spec.user())),
        new Step("stop munged", new Want.UnitAbsent(paths.mungedUnit())),
        absent(paths.mungedUnitFile()));
  }

  private static Step absent(String path) {
    return new Step("remove " + path, absentWant(path));
  }

  private static Want absentWant(String path) {
    return new Want.PathAbsent(path, true);
  }
}

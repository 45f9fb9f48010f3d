package io.coxswain.agent.step;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.agent.host.ManualClock;
import java.util.List;

/** A jumphost with a running slurmctld and two workers whose slurmd has registered. */
final class SlurmRack {
  static final String CLUSTER = "c-7f3a";
  static final List<String> NODES = List.of("c-7f3a-0", "c-7f3a-1");
  static final String PROGRAM = "/usr/local/lib/coxswain/allreduce";

  static final String PAIRWISE = "/usr/local/lib/coxswain/pairwise";
  static final String RUNTOOL = "/usr/local/lib/coxswain/runtool";

  private static final String DIRECTORY = "/etc/coxswain/clusters/" + CLUSTER;
  private static final String UNITS = "/etc/systemd/system/";

  final FakeSlurm slurm = new FakeSlurm();
  final ManualClock clock = new ManualClock();
  final FakeHost jumphost = new FakeHost("jumphost", clock, slurm);
  final List<FakeHost> workers =
      NODES.stream().map(name -> new FakeHost(name, clock, slurm)).toList();

  SlurmRack() {
    munge(jumphost);
    jumphost.packages().install(List.of("slurmctld", "slurm-client"));
    file(jumphost, DIRECTORY + "/slurm.conf", "ClusterName=c-7f3a\nSlurmctldPort=6901\n");
    file(jumphost, UNITS + "coxswain-slurmctld@.service", "[Service]\n");
    start(jumphost, "coxswain-slurmctld@" + CLUSTER + ".service");
    for (FakeHost worker : workers) {
      munge(worker);
      worker.packages().install(List.of("slurmd"));
      file(
          worker,
          UNITS + "slurmd.service.d/coxswain.conf",
          "Environment=SLURMD_OPTIONS=\"-Z --conf-server jumphost:6901\"\n");
      file(worker, PROGRAM, "program");
      file(worker, PAIRWISE, "program");
      file(worker, RUNTOOL, "program");
      start(worker, "slurmd.service");
    }
  }

  FakeSlurm.Cluster cluster() {
    return slurm.cluster(CLUSTER);
  }

  FakeSlurm.Node node(int index) {
    FakeSlurm.Node node = cluster().nodes().get(NODES.get(index));
    if (node == null) {
      throw new AssertionError(NODES.get(index) + " has not registered");
    }
    return node;
  }

  FakeSlurm.Node node(String name) {
    FakeSlurm.Node node = cluster().nodes().get(name);
    if (node == null) {
      throw new AssertionError(name + " is not there");
    }
    return node;
  }

  /** A slot as the elastic pool of the cluster has them. */
  static ElasticSlot slot(int number) {
    return new ElasticSlot(
        CLUSTER + "-" + number, "c_7f3a_burst", "gpu:h200:8", 192, 1, 2, 48, 2, 1_959_850);
  }

  /** The slots are there, empty. */
  void create(ElasticSlot... slots) {
    for (ElasticSlot slot : slots) {
      new Slurm(jumphost, CLUSTER).create(List.of(slot.name()), slot.options());
    }
  }

  private static void munge(FakeHost host) {
    host.packages().install(List.of("munge"));
    file(host, DIRECTORY + "/munge.key", "key");
    file(host, UNITS + "coxswain-munged@.service", "[Service]\n");
    start(host, "coxswain-munged@" + CLUSTER + ".service");
  }

  private static void start(FakeHost host, String unit) {
    host.units().enable(unit);
    host.units().restart(unit);
  }

  private static void file(FakeHost host, String path, String text) {
    new WriteFile(
            path,
            Content.of(text),
            new io.coxswain.agent.host.Files.Access(0644, "root", "root"),
            false)
        .apply(host);
  }
}

package io.coxswain.agent.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The slurmctlds of a room of fake machines, with their nodes and jobs. */
public final class FakeSlurm {
  private final Map<String, Cluster> clusters = new TreeMap<>();

  /** What is known of the cluster, running or not. */
  public Cluster cluster(String id) {
    return clusters.computeIfAbsent(id, Cluster::new);
  }

  public Collection<Cluster> clusters() {
    return List.copyOf(clusters.values());
  }

  Optional<Cluster> listeningOn(int port) {
    return clusters.values().stream()
        .filter(cluster -> cluster.isRunning() && cluster.port == port)
        .findFirst();
  }

  /** The slurmctld of one cluster. */
  public static final class Cluster {
    private final String id;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<Integer, Job> jobs = new TreeMap<>();
    private @Nullable FakeHost controller;
    private final Map<String, String> reservations = new TreeMap<>();
    private int port;
    private int lastJob;

    Cluster(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }

    void start(FakeHost host, int listens) {
      controller = host;
      port = listens;
    }

    void stop() {
      controller = null;
    }

    public boolean isRunning() {
      return controller != null && controller.isUp();
    }

    Optional<FakeHost> controller() {
      return Optional.ofNullable(controller);
    }

    public Map<String, Node> nodes() {
      return nodes;
    }

    public Collection<Job> jobs() {
      return List.copyOf(jobs.values());
    }

    /** A slurmd says that it is there. */
    public void register(String name, FakeHost host) {
      Node node = nodes.computeIfAbsent(name, Node::new);
      node.host = host;
      node.come();
    }

    /** Runs at once on the nodes; without nodes it waits. */
    public Job submit(String user, String... on) {
      Job job = new Job(++lastJob, user, List.of(on));
      jobs.put(job.id, job);
      return job;
    }

    public void finish(int job) {
      jobs.remove(job);
    }

    /** As scontrol create: a slot without a machine; of one that exists, nothing is changed. */
    void create(String name, Map<String, String> options) {
      nodes.computeIfAbsent(name, it -> new Node(it, options));
    }

    /** The node's jobs wait again. */
    void requeue(String node) {
      for (Job job : List.copyOf(jobs.values())) {
        if (job.nodes.contains(node)) {
          jobs.put(job.id, new Job(job.id, job.user, List.of()));
        }
      }
    }

    boolean isBusy(String node) {
      return jobs.values().stream().anyMatch(job -> job.nodes.contains(node));
    }

    /** Nodes by the name of their reservation. */
    public Map<String, String> reservations() {
      return reservations;
    }

    void cancelNamed(String user) {
      jobs.values().removeIf(job -> job.user.equals(user) && job.isCheck);
    }

    /** Whether the machine runs this slurmctld. */
    public boolean isOn(FakeHost host) {
      return isRunning() && controller().filter(host::equals).isPresent();
    }

    /** Base state and flags as Slurm prints them. */
    public String state(Node node) {
      List<String> state = new ArrayList<>();
      state.add(base(node));
      if (node.isElastic()) {
        state.add("CLOUD");
      }
      if (node.isDrained) {
        state.add("DRAIN");
      }
      if (node.isElastic() ? node.isSilent : !node.isResponding()) {
        state.add("NOT_RESPONDING");
      }
      state.add("DYNAMIC_NORM");
      if (!node.power.isEmpty()) {
        state.add(node.power);
      }
      return String.join("+", state);
    }

    private String base(Node node) {
      if (node.isDown || (!node.isElastic() && !node.isResponding())) {
        return "DOWN";
      }
      return isBusy(node.name) ? "ALLOCATED" : "IDLE";
    }

    /** A line of scontrol -o show node. */
    String line(Node node) {
      String reason =
          node.reason.isEmpty()
              ? ""
              : " Reason=%s [%s@2026-11-22T08:00:00]".formatted(node.reason, node.reasonBy);
      return "NodeName=%s Arch=x86_64%s State=%s Partitions=main%s"
          .formatted(node.name, node.described(), state(node), reason);
    }
  }

  /** A node of a cluster. */
  public static final class Node {
    private final String name;
    private @Nullable FakeHost host;
    private boolean isDrained;
    private boolean isDown;
    private String reason = "";
    private String reasonBy = "root";
    // Of a slot that scontrol created; empty for a node that joined by itself.
    private final Map<String, String> options;
    private String power = "";
    private boolean isSilent;

    Node(String name) {
      this(name, Map.of());
    }

    Node(String name, Map<String, String> options) {
      this.name = name;
      this.options = options;
      power = isElastic() ? "POWERED_DOWN" : "";
    }

    boolean isElastic() {
      return !options.isEmpty();
    }

    /** What scontrol show node says of the hardware of a slot. */
    String described() {
      if (!isElastic()) {
        return "";
      }
      int boards = Integer.parseInt(option("boards"));
      return " CoresPerSocket=%s  CPUAlloc=0 CPUEfctv=%s CPUTot=%s AvailableFeatures=%s Gres=%s"
              .formatted(
                  option("corespersocket"),
                  option("cpus"),
                  option("cpus"),
                  option("feature"),
                  options.getOrDefault("gres", "(null)"))
          + " RealMemory=%s AllocMem=0 Sockets=%d Boards=%d ThreadsPerCore=%s"
              .formatted(
                  option("realmemory"),
                  boards * Integer.parseInt(option("socketsperboard")),
                  boards,
                  option("threadspercore"));
    }

    private String option(String key) {
      String value = options.get(key);
      if (value == null) {
        throw new AssertionError(name + ": created without " + key);
      }
      return value;
    }

    /** A job wants it: slurmctld waits for a machine. */
    public void powerUp() {
      power = "POWERING_UP";
      isSilent = true;
    }

    /** Its machine has registered. */
    public void come() {
      power = "";
      isSilent = false;
    }

    /** No machine came. */
    public void resumeTimedOut() {
      power = "POWERED_DOWN";
      isSilent = true;
      down("ResumeTimeout reached", "slurm");
    }

    /** Passes POWERING_DOWN at once: slurmctld forgets there that it was not answered. */
    public void powerDown() {
      power = "POWERED_DOWN";
      isSilent = false;
    }

    public String name() {
      return name;
    }

    public boolean isDrained() {
      return isDrained;
    }

    public String reason() {
      return reason;
    }

    public boolean isResponding() {
      FakeHost machine = host;
      return machine != null
          && machine.isUp()
          && machine.identity().hostName().equals(name)
          && machine.units().isActive("slurmd.service");
    }

    Optional<FakeHost> host() {
      return Optional.ofNullable(host);
    }

    /** As scontrol update state=drain. */
    public void drain(String why, String by) {
      isDrained = true;
      reason = why;
      reasonBy = by;
    }

    /** Slurm itself, or a person, takes it down. */
    public void down(String why, String by) {
      isDown = true;
      reason = why;
      reasonBy = by;
    }

    /** As scontrol update state=undrain: what is down stays down, with its reason. */
    void undrain() {
      isSilent |= isElastic() && isDrained;
      isDrained = false;
      reason = isDown ? reason : "";
    }

    public void resume() {
      // A slot that was kept is asked for an answer, which nobody gives while it is empty.
      isSilent |= isElastic() && (isDrained || isDown);
      isDrained = false;
      isDown = false;
      reason = "";
    }
  }

  /** A job that has not ended. */
  public static final class Job {
    private final int id;
    private final String user;
    private final List<String> nodes;
    private boolean isCheck;
    private String reservation = "(null)";

    Job(int id, String user, List<String> nodes) {
      this.id = id;
      this.user = user;
      this.nodes = nodes;
    }

    public int id() {
      return id;
    }

    public String user() {
      return user;
    }

    public String state() {
      return nodes.isEmpty() ? "PENDING" : "RUNNING";
    }

    public List<String> nodes() {
      return nodes;
    }

    /** The reservation it runs in, as squeue says it. */
    String reservation() {
      return reservation;
    }

    /** It runs in a reservation of this name. */
    public Job in(String name) {
      reservation = name;
      return this;
    }

    /** An MPI check that an agent left behind. */
    public Job asCheck() {
      isCheck = true;
      return this;
    }
  }
}

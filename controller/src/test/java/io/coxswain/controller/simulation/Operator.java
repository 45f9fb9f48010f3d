package io.coxswain.controller.simulation;

import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.reconcile.CreateRequest;
import io.coxswain.controller.reconcile.Intents;
import io.coxswain.controller.reconcile.RefusedException;
import io.coxswain.controller.spec.ClusterSpec.Intent;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import io.coxswain.controller.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** People: they ask the controller for things, again when it did not answer, and run jobs. */
final class Operator {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(3);
  private static final List<Intent> POLICIES =
      List.of(Intent.DESTROY, Intent.DESTROY_AFTER_JOBS, Intent.DESTROY_WITH_JOBS);

  private final Timeline timeline;
  private final MemoryStore store;
  private final FakeSlurm slurm;
  private final ControllerProcess controller;
  private final Map<String, AgentMachine> machines;
  private final Oracle oracle;
  private int requests;

  Operator(
      Timeline timeline,
      MemoryStore store,
      FakeSlurm slurm,
      ControllerProcess controller,
      Map<String, AgentMachine> machines,
      Oracle oracle) {
    this.timeline = timeline;
    this.store = store;
    this.slurm = slurm;
    this.controller = controller;
    this.machines = machines;
    this.oracle = oracle;
  }

  /** One thing or another. */
  void doSomething() {
    switch (timeline.random().nextInt(10)) {
      case 0, 1 -> create(1 + timeline.random().nextInt(machines.size() - 1));
      case 2, 3 ->
          retryOneOf(
              store.read(
                  tx ->
                      tx.instances().stream()
                          .filter(each -> each.state() == InstanceState.FAILED)
                          .toList()));
      case 4 -> destroyOneOf(clusters(cluster -> true));
      case 5 ->
          cancelOneOf(
              store.read(tx -> tx.operations().stream().filter(Operator::isOpenCreate).toList()));
      default -> submit();
    }
  }

  void create(int size) {
    String request = "create-" + ++requests;
    String name = timeline.chance(0.5) ? "" : "team-" + requests;
    CreateRequest wanted =
        new CreateRequest(
            request,
            List.of(
                Nodepool.fixed(Nodepool.MAIN, new Shape(8, "H200"), size, Selector.ANY, List.of())),
            name,
            List.of("ssh-ed25519 AAAA me@host"),
            false,
            "root",
            "shared");
    ask("create " + size + " (" + request + ")", intents -> intents.create(wanted));
  }

  void destroy(Cluster cluster, Intent policy) {
    String request = "destroy-" + ++requests;
    ask(
        "destroy " + cluster.spec().id() + " " + policy,
        intents -> intents.destroy(cluster.spec().id().value(), policy, request));
  }

  void retry(Instance instance) {
    String request = "retry-" + ++requests;
    ask("retry " + instance.name(), intents -> intents.retry(instance.name(), request));
  }

  List<Cluster> clusters(Predicate<Cluster> which) {
    return store.read(tx -> tx.clusters().stream().filter(which).toList());
  }

  Intent policy() {
    return POLICIES.get(timeline.random().nextInt(POLICIES.size()));
  }

  private void destroyOneOf(List<Cluster> clusters) {
    if (!clusters.isEmpty()) {
      destroy(one(clusters), policy());
    }
  }

  private void retryOneOf(List<Instance> failed) {
    if (!failed.isEmpty()) {
      retry(one(failed));
    }
  }

  private void cancelOneOf(List<Operation> creating) {
    if (!creating.isEmpty()) {
      String id = one(creating).id();
      ask("cancel " + id, intents -> intents.cancel(id, "alice"));
    }
  }

  private <T> T one(List<T> of) {
    return of.get(timeline.random().nextInt(of.size()));
  }

  private static boolean isOpenCreate(Operation operation) {
    return operation.kind() == Operation.Kind.CREATE_CLUSTER
        && operation.state() == Operation.State.IN_PROGRESS;
  }

  /** Until it is answered: a client that saw its connection break asks the same again. */
  private void ask(String what, Consumer<Intents> request) {
    timeline.trace("operator", what);
    boolean isAnswered =
        controller.ask(
            intents -> {
              try {
                request.accept(intents);
              } catch (RefusedException e) {
                timeline.trace("operator", "refused: " + e.getMessage());
              }
            });
    if (!isAnswered) {
      timeline.in(ASK_AGAIN, () -> ask(what, request));
    }
  }

  /** A job on a node that would take it, where none of that cluster runs yet. */
  void submit() {
    List<Instance> nodes =
        store.read(tx -> tx.instances().stream().filter(this::takesJobs).toList());
    if (nodes.isEmpty()) {
      return;
    }
    Instance node = one(nodes);
    String id = node.cluster().value();
    int uid = store.read(tx -> tx.cluster(node.cluster())).orElseThrow().spec().uid();
    long process = host(node).host().users().start(uid);
    int job = slurm.cluster(id).submit(id, node.name()).id();
    Oracle.RunningJob running = new Oracle.RunningJob(id, job, node.machineId(), process, uid);
    oracle.runs(running);
    timeline.trace("user", "job " + job + " runs on " + node.name());
    timeline.in(
        timeline.between(Duration.ofSeconds(5), Duration.ofSeconds(240)), () -> finish(running));
  }

  /** All jobs come to their ends. */
  void finishJobs() {
    oracle.jobs().forEach(this::finish);
  }

  private void finish(Oracle.RunningJob job) {
    if (oracle.jobs().contains(job)) {
      oracle.endsRightly(job);
      timeline.trace("user", "job " + job.id() + " of " + job.cluster() + " ends");
      slurm.cluster(job.cluster()).finish(job.id());
      machine(job.machineId()).host().users().endProcesses(job.uid());
    }
  }

  // While a node is being proven its own check wants it for itself: a user's job there would
  // rightly make the check wait.
  private boolean takesJobs(Instance instance) {
    boolean isUsable =
        instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.DESTROYING;
    FakeSlurm.Node node = slurm.cluster(instance.cluster().value()).nodes().get(instance.name());
    boolean isFree =
        oracle.jobs().stream()
            .noneMatch(
                job ->
                    job.cluster().equals(instance.cluster().value())
                        && job.machineId().equals(instance.machineId()));
    return isUsable
        && isFree
        && node != null
        && slurm.cluster(instance.cluster().value()).isRunning()
        && node.isResponding()
        && !node.isDrained();
  }

  private AgentMachine host(Instance instance) {
    return machine(instance.machineId());
  }

  private AgentMachine machine(String id) {
    AgentMachine machine = machines.get(id);
    if (machine == null) {
      throw new AssertionError("machine " + id + ": none of the simulation's");
    }
    return machine;
  }
}

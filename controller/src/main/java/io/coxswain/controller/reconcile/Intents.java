package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceEvent;
import io.coxswain.controller.lifecycle.InstanceLifecycle;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What people ask for: checked, written down durably, then the cluster's loop is woken. Nothing is
 * done to a machine here.
 */
public final class Intents {
  /** A retry may take as long as a set-up; its deadline starts anew. */
  private static final Duration RETRY = Duration.ofMinutes(10);

  private final Store store;
  private final InstantSource clock;
  private final Consumer<Optional<ClusterId>> wake;
  private final Creation creation;
  private final Refusals refusals;
  private final Repairs repairs;
  private final StoredRolls rolls;
  private final Scaling scaling;
  private final Nodepools nodepools;
  private final Drains drains;
  private final Applying applying;
  private final RandomGenerator random;

  public Intents(
      Store store,
      Fleet fleet,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Optional<ClusterId>> wake) {
    this.store = store;
    this.clock = clock;
    this.wake = wake;
    this.random = random;
    this.creation = new Creation(new Worlds(fleet), random);
    this.refusals = new Refusals(fleet);
    this.repairs = new Repairs(store, fleet, clock, random, wake);
    this.drains = new Drains(store, clock, wake);
    this.scaling = new Scaling(store, fleet, clock, random, wake);
    this.nodepools = new Nodepools(store, scaling, wake);
    this.applying = new Applying(store, clock, creation, scaling, wake);
    this.rolls = new StoredRolls(store, clock, random, () -> wake.accept(Optional.empty()));
  }

  /** Wishes to repair machines. */
  public Repairs repairs() {
    return repairs;
  }

  /** Wishes for nodepools. */
  public Nodepools nodepools() {
    return nodepools;
  }

  /** Wishes for more or fewer nodes. */
  public Scaling scaling() {
    return scaling;
  }

  /** Clusters as files say them. */
  public Applying applying() {
    return applying;
  }

  /** Nodes that people keep from jobs. */
  public Drains drains() {
    return drains;
  }

  /** Wishes to bring drivers to machines. */
  public StoredRolls rolls() {
    return rolls;
  }

  /** Plans without writing anything. */
  public Placement plan(CreateRequest request) {
    return store.read(tx -> creation.shown(tx, request, clock.instant()));
  }

  /**
   * Writes the cluster, its instances and the operation; a request id that was seen before returns
   * what it made then.
   */
  public Created create(CreateRequest request) {
    return create(request, "");
  }

  /** The same, for jobs that run in an image, by its name; empty: in none. */
  public Created create(CreateRequest request, String image) {
    Created created =
        store.write(
            tx -> {
              Optional<Image> wanted =
                  image.isEmpty() ? Optional.empty() : Optional.of(ImageWishes.image(tx, image));
              boolean isNew = tx.operationByRequest(request.requestId()).isEmpty();
              Created made = creation.create(tx, request, clock.instant());
              wanted
                  .filter(found -> isNew)
                  .map(found -> ClusterImage.of(made.cluster().spec().id(), found))
                  .ifPresent(tx.images()::save);
              return made;
            });
    wake.accept(Optional.of(created.cluster().spec().id()));
    return created;
  }

  public Cluster edit(
      String nameOrId, Optional<String> newName, Optional<Boolean> isDeletionProtected) {
    return store.write(
        tx -> {
          Cluster cluster = Lookup.cluster(tx, nameOrId);
          ClusterSpec spec = cluster.spec();
          String name = newName.orElse(spec.name());
          if (!name.equals(spec.name())) {
            ClusterSpec.requireName(name);
            Lookup.requireFree(tx, name);
          }
          Cluster edited =
              cluster.with(
                  spec.withNameAndProtection(
                      name, isDeletionProtected.orElse(spec.isDeletionProtected())));
          tx.save(edited);
          tx.append(
              Event.of(
                  clock.instant(),
                  spec.id().value(),
                  "",
                  "",
                  "EDITED",
                  "name " + name + ", deletion protection " + edited.spec().isDeletionProtected()));
          return edited;
        });
  }

  /**
   * Ask the jumphost's agent for a report first: with {@link ClusterSpec.Intent#DESTROY}, known
   * jobs make it refuse.
   */
  public Operation destroy(String nameOrId, ClusterSpec.Intent intent, String requestId) {
    Operation operation = store.write(tx -> destroy(tx, nameOrId, intent, requestId));
    wake.accept(operation.cluster());
    return operation;
  }

  /** A request id that was seen before returns the operation that it started then. */
  public Operation retry(String name, String requestId) {
    Operation operation = store.write(tx -> retry(tx, name, requestId));
    wake.accept(operation.cluster());
    return operation;
  }

  /**
   * A create is undone (its cluster is destroyed), a bundle goes no further and is taken back where
   * it was half-way; anything else is refused.
   */
  public Operation cancel(String operationId, String by) {
    Operation cancelled = store.write(tx -> cancel(tx, operationId, by));
    wake.accept(cancelled.cluster());
    return cancelled;
  }

  private Operation cancel(Transaction tx, String operationId, String by) {
    Operation operation = Lookup.operation(tx, operationId);
    if (operation.state() != Operation.State.IN_PROGRESS) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          operationId,
          "operation " + operationId + " has ended: " + operation.state(),
          "nothing is left to cancel");
    }
    Optional<Roll> roll = tx.roll(operationId);
    if (roll.isPresent()) {
      rolls.cancel(tx, roll.get(), by);
      return operation;
    }
    if (operation.kind().isScaling()) {
      return scaling.cancel(tx, operation, by);
    }
    if (operation.kind() != Operation.Kind.CREATE_CLUSTER) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          operationId,
          "operation "
              + operationId
              + " is "
              + operation.kind()
              + " (expected: CREATE_CLUSTER, a bundle's or scaling; an end cannot be undone half-way)",
          "wait for it: cox operation watch " + operationId);
    }
    return undo(tx, operation);
  }

  /** Of a create. */
  private Operation undo(Transaction tx, Operation operation) {
    Operation ended =
        operation.ended(
            Operation.State.CANCELLED,
            clock.instant(),
            "cancelled; the cluster is being destroyed");
    tx.save(ended);
    destroy(
        tx,
        operation.cluster().orElseThrow().value(),
        ClusterSpec.Intent.DESTROY_WITH_JOBS,
        "cancel-" + operation.id());
    return ended;
  }

  public Machine label(String nameOrId, Map<String, String> set, List<String> remove) {
    set.forEach(Selector::requireLabel);
    return store.write(
        tx -> {
          Machine machine = Lookup.machine(tx, nameOrId);
          Map<String, String> labels = new HashMap<>(machine.labels());
          labels.putAll(set);
          remove.forEach(labels::remove);
          Machine labelled = machine.withLabels(labels);
          tx.save(labelled);
          return labelled;
        });
  }

  /** The caller must cut the machine's stream off afterwards. */
  public Machine revoke(String nameOrId, String reason) {
    return store.write(
        tx -> {
          Machine revoked = Lookup.machine(tx, nameOrId).revoked();
          tx.save(revoked);
          tx.append(
              Event.of(
                  clock.instant(),
                  "",
                  "",
                  revoked.name(),
                  "REVOKED",
                  reason.isEmpty() ? "no reason given" : reason));
          return revoked;
        });
  }

  /** Refused while the machine is leased. The caller must cut its stream off afterwards. */
  public Machine remove(String nameOrId) {
    return store.write(
        tx -> {
          Machine machine = Lookup.machine(tx, nameOrId);
          Optional<Instance> lease =
              tx.instances().stream()
                  .filter(instance -> instance.machineId().equals(machine.id()))
                  .findFirst();
          if (lease.isPresent()) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                machine.name(),
                "machine " + machine.name() + " is leased to " + lease.get().name(),
                "destroy the cluster first: cox cluster destroy " + lease.get().cluster());
          }
          Refusals.requireCleanOrRevoked(machine);
          tx.removeMachine(machine.id());
          tx.append(
              Event.of(clock.instant(), "", "", machine.name(), "REMOVED", "taken off the list"));
          return machine;
        });
  }

  private Operation destroy(
      Transaction tx, String nameOrId, ClusterSpec.Intent intent, String requestId) {
    Optional<Operation> known = tx.operationByRequest(requestId);
    if (known.isPresent()) {
      return known.get();
    }
    Cluster cluster = Lookup.cluster(tx, nameOrId);
    ClusterId id = cluster.spec().id();
    refusals.checkDestroy(tx, cluster, intent);
    Instant now = clock.instant();
    tx.save(cluster.with(cluster.spec().withIntent(stronger(cluster.spec().intent(), intent))));
    tx.append(Event.of(now, id.value(), "", "", "DESTROY_ASKED", intent.name()));
    Optional<Operation> open =
        tx.operations().stream()
            .filter(
                o ->
                    o.isOf(id)
                        && o.kind() == Operation.Kind.DESTROY_CLUSTER
                        && o.state() == Operation.State.IN_PROGRESS)
            .findFirst();
    if (open.isPresent()) {
      return open.get();
    }
    for (Instance instance : tx.instances(id)) {
      if (instance.state() == InstanceState.FAILED) {
        // Its agent counts attempts anew.
        tx.save(instance.retried().because(instance.failure()));
      }
    }
    return begun(tx, Operation.Kind.DESTROY_CLUSTER, id, requestId);
  }

  /** An end that has begun is not taken back by one that asks for less. */
  private static ClusterSpec.Intent stronger(ClusterSpec.Intent one, ClusterSpec.Intent other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private Operation retry(Transaction tx, String name, String requestId) {
    Optional<Operation> known = tx.operationByRequest(requestId);
    if (known.isPresent()) {
      return known.get();
    }
    Instance instance = Lookup.instance(tx, name);
    refusals.checkRetry(tx, instance);
    Instant now = clock.instant();
    List<Instance> again = new ArrayList<>(List.of(instance));
    if (instance.isJumphost()) {
      tx.instances(instance.cluster()).stream()
          .filter(
              worker ->
                  worker
                      .failure()
                      .map(failure -> failure.reason().equals("JUMPHOST_FAILED"))
                      .orElse(false))
          .forEach(again::add);
    }
    // Who shares its machine failed with it, and waits for it.
    tx.instances(instance.cluster()).stream()
        .filter(each -> each.hasMachine() && each.machineId().equals(instance.machineId()))
        .filter(each -> each.state() == InstanceState.FAILED && !again.contains(each))
        .forEach(again::add);
    again.forEach(each -> tryAgain(tx, each, now));
    return begun(tx, Operation.Kind.RETRY_INSTANCE, instance.cluster(), requestId);
  }

  private Operation begun(
      Transaction tx, Operation.Kind kind, ClusterId cluster, String requestId) {
    Operation operation =
        new Operation(
            Creation.operationId(random),
            kind,
            Operation.State.IN_PROGRESS,
            Optional.of(cluster),
            requestId,
            clock.instant(),
            Optional.empty(),
            "");
    tx.save(operation);
    return operation;
  }

  private static void tryAgain(Transaction tx, Instance instance, Instant now) {
    boolean hasMachine = instance.hasMachine() && !instance.isReserved();
    InstanceEvent event = hasMachine ? InstanceEvent.RETRY : InstanceEvent.RETRY_LEASE;
    Optional<Instant> deadline = hasMachine ? Optional.of(now.plus(RETRY)) : Optional.empty();
    InstanceLifecycle.on(instance.state(), event)
        .ifPresent(
            rule -> {
              tx.save(instance.retried().in(rule.to(), now, deadline));
              tx.append(
                  Event.of(
                      now,
                      instance.cluster().value(),
                      instance.name(),
                      "",
                      event.name(),
                      event.meaning()));
            });
  }

  /** What a create made. */
  public record Created(Operation operation, Cluster cluster, Placement placement) {}
}

package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.spec.ClusterId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Maps, and what undoes each change of the transaction that is open. */
final class MemoryTransaction extends MemoryPower {
  private static final Comparator<Instance> BY_SLOT =
      Comparator.comparing(Instance::cluster).thenComparingInt(Instance::index);

  private final Map<String, Machine> machines = new HashMap<>();
  private final Map<String, byte[]> reports = new HashMap<>();
  private final Map<ClusterId, Cluster> clusters = new HashMap<>();
  private final Map<String, Instance> instances = new HashMap<>();
  private final Map<String, Operation> operations = new HashMap<>();
  private final Map<String, Roll> rolls = new HashMap<>();
  private final Map<String, JoinToken> tokens = new HashMap<>();
  private final Map<String, NodeTest> tests = new HashMap<>();
  private final Map<List<String>, Measurement> measurements = new HashMap<>();
  private final Map<String, Integer> sequences = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final MemoryStorage storage = new MemoryStorage(this);
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private boolean isWrite;

  void begin(boolean isWrite) {
    this.isWrite = isWrite;
    undo.clear();
  }

  void undo() {
    undo.forEach(Runnable::run);
  }

  @Override
  public List<Machine> machines() {
    return sorted(machines.values().stream(), Comparator.comparing(Machine::name));
  }

  @Override
  public Optional<Machine> machine(String id) {
    return Optional.ofNullable(machines.get(id));
  }

  @Override
  public Optional<Machine> machineByName(String name) {
    return machines.values().stream().filter(machine -> machine.name().equals(name)).findAny();
  }

  @Override
  public void save(Machine machine) {
    refuseIf(
        machineByName(machine.name()).filter(other -> !other.id().equals(machine.id())).isPresent(),
        "machine name: ",
        machine.name());
    put(machines, machine.id(), machine);
  }

  @Override
  public void removeMachine(String id) {
    remove(machines, id);
    remove(reports, id);
    removed(id);
    List.copyOf(measurements.keySet()).stream()
        .filter(key -> key.getFirst().equals(id))
        .forEach(key -> remove(measurements, key));
  }

  @Override
  public Optional<byte[]> report(String machineId) {
    return Optional.ofNullable(reports.get(machineId)).map(byte[]::clone);
  }

  @Override
  public void saveReport(String machineId, byte[] report) {
    refuseIf(!machines.containsKey(machineId), "report of machine ", machineId);
    put(reports, machineId, report.clone());
  }

  @Override
  public List<Cluster> clusters() {
    return sorted(living(), Comparator.comparing(cluster -> cluster.spec().name()));
  }

  @Override
  public List<Cluster> clustersEver() {
    Comparator<Cluster> byAge = Comparator.comparing(cluster -> cluster.spec().createdAt());
    return sorted(
        clusters.values().stream(), byAge.reversed().thenComparing(cluster -> cluster.spec().id()));
  }

  @Override
  public Optional<Cluster> cluster(ClusterId id) {
    return Optional.ofNullable(clusters.get(id));
  }

  @Override
  public Optional<Cluster> clusterByName(String name) {
    return living().filter(cluster -> cluster.spec().name().equals(name)).findAny();
  }

  @Override
  public void save(Cluster cluster) {
    Predicate<Cluster> isOther = other -> !other.spec().id().equals(cluster.spec().id());
    refuseIf(
        cluster.destroyedAt().isEmpty()
            && clusterByName(cluster.spec().name()).filter(isOther).isPresent(),
        "cluster name: ",
        cluster.spec().name());
    put(clusters, cluster.spec().id(), cluster);
  }

  @Override
  public List<Instance> instances(ClusterId cluster) {
    return sorted(
        instances.values().stream().filter(instance -> instance.cluster().equals(cluster)),
        BY_SLOT);
  }

  @Override
  public List<Instance> instances() {
    return sorted(
        instances.values().stream().filter(instance -> isLiving(instance.cluster())), BY_SLOT);
  }

  @Override
  public Optional<Instance> instance(String name) {
    return Optional.ofNullable(instances.get(name));
  }

  @Override
  public void removeInstance(String name) {
    remove(instances, name);
  }

  @Override
  public void save(Instance instance) {
    Predicate<Instance> isInItsSlot =
        other ->
            other.cluster().equals(instance.cluster())
                && other.index() == instance.index()
                && !other.name().equals(instance.name());
    refuseIf(
        !clusters.containsKey(instance.cluster())
            || instances.values().stream().anyMatch(isInItsSlot),
        "instance: ",
        instance.name());
    put(instances, instance.name(), instance);
  }

  @Override
  public List<Operation> operations() {
    return sorted(
        operations.values().stream(),
        Comparator.comparing(Operation::startedAt).reversed().thenComparing(Operation::id));
  }

  @Override
  public Optional<Operation> operation(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  @Override
  public Optional<Operation> operationByRequest(String requestId) {
    return operations.values().stream()
        .filter(operation -> !requestId.isEmpty() && operation.requestId().equals(requestId))
        .findAny();
  }

  @Override
  public void save(Operation operation) {
    refuseIf(
        operationByRequest(operation.requestId())
            .filter(other -> !other.id().equals(operation.id()))
            .isPresent(),
        "request id: ",
        operation.requestId());
    put(operations, operation.id(), operation);
  }

  @Override
  public List<Roll> rolls() {
    return sorted(
        rolls.values().stream(),
        Comparator.comparing(Roll::startedAt).reversed().thenComparing(Roll::operation));
  }

  @Override
  public Optional<Roll> roll(String operation) {
    return Optional.ofNullable(rolls.get(operation));
  }

  @Override
  public void save(Roll roll) {
    put(rolls, roll.operation(), roll);
  }

  @Override
  public List<NodeTest> nodeTests() {
    return sorted(
        tests.values().stream().filter(NodeTest::isUnderWay),
        Comparator.comparing(NodeTest::operation));
  }

  @Override
  public Optional<NodeTest> nodeTest(String operation) {
    return Optional.ofNullable(tests.get(operation));
  }

  @Override
  public Optional<NodeTest> newestNodeTest(ClusterId cluster) {
    return tests.values().stream()
        .filter(test -> test.cluster().equals(cluster))
        .min(
            Comparator.comparing(NodeTest::startedAt)
                .reversed()
                .thenComparing(NodeTest::operation));
  }

  @Override
  public void save(NodeTest test) {
    refuseIf(!operations.containsKey(test.operation()), "test ", test.operation());
    put(tests, test.operation(), test);
  }

  @Override
  public List<Measurement> measurements(String machineId) {
    return sorted(
        measurements.values().stream().filter(known -> known.machine().equals(machineId)),
        Comparator.comparing(Measurement::kind).thenComparing(Measurement::peers));
  }

  @Override
  public void save(Measurement measurement) {
    refuseIf(
        !machines.containsKey(measurement.machine()),
        "measurement of machine ",
        measurement.machine());
    put(
        measurements,
        List.of(measurement.machine(), measurement.kind(), measurement.peers()),
        measurement);
  }

  @Override
  public StorageTables storage() {
    return storage;
  }

  @Override
  public void append(Event event) {
    requireWrite();
    events.add(
        new Event(
            events.isEmpty() ? 1 : events.getLast().number() + 1,
            event.at(),
            event.cluster(),
            event.instance(),
            event.machine(),
            event.kind(),
            event.message()));
    undo.push(events::removeLast);
  }

  @Override
  public List<Event> events(Optional<ClusterId> cluster, long after, int limit) {
    return events.stream()
        .filter(event -> event.number() > after)
        .filter(event -> cluster.isEmpty() || event.cluster().equals(cluster.get().value()))
        .limit(Math.max(0, limit))
        .toList();
  }

  @Override
  public int forgetJoinTokens(Instant expiredBefore) {
    return forget(tokens, token -> token.expiresAt().isBefore(expiredBefore));
  }

  @Override
  public int forgetOperations(Instant endedBefore) {
    int forgotten =
        forget(
            operations,
            operation -> operation.endedAt().map(at -> at.isBefore(endedBefore)).orElse(false));
    forget(tests, test -> !operations.containsKey(test.operation()));
    forgotten();
    storage.forgetTests();
    return forgotten;
  }

  @Override
  public int forgetEvents(Instant happenedBefore, int most) {
    requireWrite();
    List<Event> before = List.copyOf(events);
    undo.push(
        () -> {
          events.clear();
          events.addAll(before);
        });
    long newest = before.isEmpty() ? 0 : before.getLast().number();
    events.removeIf(
        event ->
            event.number() < newest
                && (event.at().isBefore(happenedBefore) || event.number() <= newest - most));
    return before.size() - events.size();
  }

  private <K, V> int forget(Map<K, V> map, Predicate<V> which) {
    requireWrite();
    List<K> keys =
        map.entrySet().stream()
            .filter(entry -> which.test(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    keys.forEach(key -> remove(map, key));
    return keys.size();
  }

  @Override
  public void save(JoinToken token) {
    put(tokens, token.hash(), token);
  }

  @Override
  public Optional<JoinToken> joinToken(String hash) {
    return Optional.ofNullable(tokens.get(hash));
  }

  @Override
  public int next(String sequence, int first) {
    Integer last = sequences.get(sequence);
    int next = last == null ? first : last + 1;
    put(sequences, sequence, next);
    return next;
  }

  private Stream<Cluster> living() {
    return clusters.values().stream().filter(cluster -> cluster.destroyedAt().isEmpty());
  }

  private boolean isLiving(ClusterId id) {
    return cluster(id).filter(cluster -> cluster.destroyedAt().isEmpty()).isPresent();
  }

  private static <T> List<T> sorted(Stream<T> all, Comparator<? super T> order) {
    return all.sorted(order).toList();
  }

  @Override
  <K, V> void put(Map<K, V> map, K key, V value) {
    requireWrite();
    V before = map.put(key, value);
    undo.push(before == null ? () -> map.remove(key) : () -> map.put(key, before));
  }

  @Override
  <K, V> void remove(Map<K, V> map, K key) {
    requireWrite();
    V before = map.remove(key);
    if (before != null) {
      undo.push(() -> map.put(key, before));
    }
  }

  @Override
  void refuseIf(boolean isWrong, String what, String offender) {
    requireWrite();
    if (isWrong) {
      throw new StoreException(what + "'" + offender + "'");
    }
  }

  private void requireWrite() {
    if (!isWrite) {
      throw new StoreException("a change inside a read (expected: inside a write)");
    }
  }
}

package io.coxswain.controller.store;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.PowerOrder;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.SealedBmc;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** A transaction on one connection; the tables do the work. */
final class SqlTransaction implements Transaction {
  private final Handle handle;
  private final boolean isWrite;
  private final MachineRows machines;
  private final ClusterRows clusters;
  private final InstanceRows instances;
  private final OperationRows operations;
  private final RollRows rolls;
  private final EventRows events;
  private final TokenRows tokens;
  private final TestRows tests;
  private final PowerRows power;
  private final StorageRows storage;
  private final ImageRows images;

  SqlTransaction(Handle handle, boolean isWrite) {
    this.handle = handle;
    this.isWrite = isWrite;
    machines = new MachineRows(handle);
    clusters = new ClusterRows(handle);
    instances = new InstanceRows(handle);
    operations = new OperationRows(handle);
    rolls = new RollRows(handle);
    events = new EventRows(handle);
    tokens = new TokenRows(handle);
    tests = new TestRows(handle);
    power = new PowerRows(handle);
    storage = new StorageRows(handle, this::requireWrite);
    images = new ImageRows(handle, this::requireWrite);
  }

  @Override
  public List<Machine> machines() {
    return machines.all();
  }

  @Override
  public Optional<Machine> machine(String id) {
    return machines.byId(id);
  }

  @Override
  public Optional<Machine> machineByName(String name) {
    return machines.byName(name);
  }

  @Override
  public void save(Machine machine) {
    requireWrite();
    machines.save(machine);
  }

  @Override
  public void removeMachine(String id) {
    requireWrite();
    machines.remove(id);
  }

  @Override
  public Optional<byte[]> report(String machineId) {
    return machines.report(machineId);
  }

  @Override
  public void saveReport(String machineId, byte[] report) {
    requireWrite();
    machines.saveReport(machineId, report);
  }

  @Override
  public List<Cluster> clusters() {
    return clusters.living();
  }

  @Override
  public List<Cluster> clustersEver() {
    return clusters.ever();
  }

  @Override
  public Optional<Cluster> cluster(ClusterId id) {
    return clusters.byId(id);
  }

  @Override
  public Optional<Cluster> clusterByName(String name) {
    return clusters.byName(name);
  }

  @Override
  public void save(Cluster cluster) {
    requireWrite();
    clusters.save(cluster);
  }

  @Override
  public List<Instance> instances(ClusterId cluster) {
    return instances.ofCluster(cluster);
  }

  @Override
  public List<Instance> instances() {
    return instances.living();
  }

  @Override
  public Optional<Instance> instance(String name) {
    return instances.byName(name);
  }

  @Override
  public void removeInstance(String name) {
    requireWrite();
    instances.remove(name);
  }

  @Override
  public void save(Instance instance) {
    requireWrite();
    instances.save(instance);
  }

  @Override
  public List<Operation> operations() {
    return operations.all();
  }

  @Override
  public Optional<Operation> operation(String id) {
    return operations.byId(id);
  }

  @Override
  public Optional<Operation> operationByRequest(String requestId) {
    return operations.byRequest(requestId);
  }

  @Override
  public void save(Operation operation) {
    requireWrite();
    operations.save(operation);
  }

  @Override
  public List<Roll> rolls() {
    return rolls.all();
  }

  @Override
  public Optional<Roll> roll(String operation) {
    return rolls.byOperation(operation);
  }

  @Override
  public void save(Roll roll) {
    requireWrite();
    rolls.save(roll);
  }

  @Override
  public List<NodeTest> nodeTests() {
    return tests.open();
  }

  @Override
  public Optional<NodeTest> nodeTest(String operation) {
    return tests.byOperation(operation);
  }

  @Override
  public Optional<NodeTest> newestNodeTest(ClusterId cluster) {
    return tests.newest(cluster);
  }

  @Override
  public void save(NodeTest test) {
    requireWrite();
    tests.save(test);
  }

  @Override
  public List<Measurement> measurements(String machineId) {
    return tests.measurements(machineId);
  }

  @Override
  public void save(Measurement measurement) {
    requireWrite();
    tests.save(measurement);
  }

  @Override
  public List<SealedBmc> bmcs() {
    return power.bmcs();
  }

  @Override
  public Optional<SealedBmc> bmc(String machineId) {
    return power.bmc(machineId);
  }

  @Override
  public void save(SealedBmc bmc) {
    requireWrite();
    power.save(bmc);
  }

  @Override
  public void removeBmc(String machineId) {
    requireWrite();
    power.remove(machineId);
  }

  @Override
  public List<PowerOrder> powerOrders() {
    return power.open();
  }

  @Override
  public Optional<PowerOrder> newestPower(String machineId) {
    return power.newestReading(machineId);
  }

  @Override
  public List<PowerOrder> powerReadings(String machineId) {
    return power.readings(machineId);
  }

  @Override
  public void save(PowerOrder order) {
    requireWrite();
    power.save(order);
  }

  @Override
  public StorageTables storage() {
    return storage;
  }

  @Override
  public ImageTables images() {
    return images;
  }

  @Override
  public void append(Event event) {
    requireWrite();
    events.append(event);
  }

  @Override
  public List<Event> events(Optional<ClusterId> cluster, long after, int limit) {
    return events.after(cluster, after, limit);
  }

  @Override
  public void save(JoinToken token) {
    requireWrite();
    tokens.save(token);
  }

  @Override
  public Optional<JoinToken> joinToken(String hash) {
    return tokens.byHash(hash);
  }

  @Override
  public int forgetJoinTokens(Instant expiredBefore) {
    requireWrite();
    return tokens.forget(expiredBefore);
  }

  @Override
  public int forgetOperations(Instant endedBefore) {
    requireWrite();
    int forgotten = operations.forget(endedBefore);
    rolls.forget();
    return forgotten;
  }

  @Override
  public int forgetEvents(Instant happenedBefore, int most) {
    requireWrite();
    return events.forget(happenedBefore, most);
  }

  @Override
  public int next(String sequence, int first) {
    requireWrite();
    return handle
        .createQuery(
            "insert into sequence (name, value) values (:name, :first)"
                + " on conflict (name) do update set value = sequence.value + 1 returning value")
        .bind("name", sequence)
        .bind("first", first)
        .mapTo(Integer.class)
        .one();
  }

  private void requireWrite() {
    if (!isWrite) {
      throw new StoreException("a change inside a read (expected: inside a write)");
    }
  }
}

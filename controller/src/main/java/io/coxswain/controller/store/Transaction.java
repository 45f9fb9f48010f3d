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

/**
 * Reads and writes of one transaction. Lists are sorted by name or id; {@code save} inserts or
 * replaces.
 */
public interface Transaction {
  List<Machine> machines();

  Optional<Machine> machine(String id);

  /** By name; names are unique among the machines that are not removed. */
  Optional<Machine> machineByName(String name);

  void save(Machine machine);

  void removeMachine(String id);

  /** The newest report of a machine as it came over the wire; empty when there is none. */
  Optional<byte[]> report(String machineId);

  void saveReport(String machineId, byte[] report);

  /** Clusters that are not destroyed. */
  List<Cluster> clusters();

  /** All that ever were, the newest first. */
  List<Cluster> clustersEver();

  Optional<Cluster> cluster(ClusterId id);

  /** By name, among those that are not destroyed. */
  Optional<Cluster> clusterByName(String name);

  void save(Cluster cluster);

  /** Of one cluster: the jumphost first, then by index. */
  List<Instance> instances(ClusterId cluster);

  /** Of all clusters that are not destroyed. */
  List<Instance> instances();

  Optional<Instance> instance(String name);

  void save(Instance instance);

  /** Of a cluster that goes on without it. */
  void removeInstance(String name);

  /** The newest first. */
  List<Operation> operations();

  Optional<Operation> operation(String id);

  Optional<Operation> operationByRequest(String requestId);

  void save(Operation operation);

  /** The newest first. */
  List<Roll> rolls();

  Optional<Roll> roll(String operation);

  void save(Roll roll);

  /** Active tests that are under way. */
  List<NodeTest> nodeTests();

  Optional<NodeTest> nodeTest(String operation);

  Optional<NodeTest> newestNodeTest(ClusterId cluster);

  /** Its operation must be stored; it is forgotten with that. */
  void save(NodeTest test);

  /** What a machine reached in tests, sorted by kind and peers. */
  List<Measurement> measurements(String machineId);

  /** Its machine must be stored; it is forgotten with that. */
  void save(Measurement measurement);

  /** How the machines' management controllers are reached, by machine id. */
  List<SealedBmc> bmcs();

  Optional<SealedBmc> bmc(String machineId);

  /** Its machine must be stored; it is forgotten with that. */
  void save(SealedBmc bmc);

  void removeBmc(String machineId);

  /** Orders to switch machines that have not ended, the oldest first. */
  List<PowerOrder> powerOrders();

  /** The newest order of a machine that read its power. */
  Optional<PowerOrder> newestPower(String machineId);

  /** All orders of a machine that read its power, the newest first. */
  List<PowerOrder> powerReadings(String machineId);

  /** Its operation must be stored; it is forgotten with that. */
  void save(PowerOrder order);

  /** Volumes, and who has them. */
  StorageTables storage();

  /** Images, and the clusters that have them. */
  ImageTables images();

  /** Gives it the next number; the number of the given event is ignored. */
  void append(Event event);

  /**
   * Events after a number, oldest first, at most {@code limit}; of one cluster where its id is
   * given, else of all.
   */
  List<Event> events(Optional<ClusterId> cluster, long after, int limit);

  void save(JoinToken token);

  /** By the SHA-256 of the token, hexadecimal. */
  Optional<JoinToken> joinToken(String hash);

  /** Forgets tokens that expired before the moment; returns how many. */
  int forgetJoinTokens(Instant expiredBefore);

  /** Forgets operations that ended before the moment, with their rolls; returns how many. */
  int forgetOperations(Instant endedBefore);

  /**
   * Forgets events that happened before the moment, and the oldest of more than {@code most};
   * returns how many. The newest is always kept, so that no number is given twice.
   */
  int forgetEvents(Instant happenedBefore, int most);

  /** The next number of a sequence, never given twice: {@code first} at the first call. */
  int next(String sequence, int first);
}

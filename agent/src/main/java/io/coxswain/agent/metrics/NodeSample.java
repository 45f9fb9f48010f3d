package io.coxswain.agent.metrics;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers of the machine itself, by node_exporter's names and units. What could not be read is not
 * there.
 *
 * @param load1 the load over the last minute
 * @param bootSeconds when the kernel started, since 1970
 * @param memoryBytes of /proc/meminfo, by its own names
 */
record NodeSample(
    Optional<Double> load1,
    Optional<Long> bootSeconds,
    Map<String, Long> memoryBytes,
    List<FileSystem> fileSystems,
    List<Interface> interfaces,
    List<InfinibandPort> infiniband) {
  static final NodeSample NOTHING =
      new NodeSample(Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of(), List.of());

  NodeSample {
    memoryBytes = Map.copyOf(memoryBytes);
    fileSystems = List.copyOf(fileSystems);
    interfaces = List.copyOf(interfaces);
    infiniband = List.copyOf(infiniband);
  }

  /** A file system on a disk of this machine. */
  record FileSystem(
      String device,
      String type,
      String point,
      boolean isReadOnly,
      long sizeBytes,
      long availableBytes) {}

  /** Counters since the interface came up. */
  record Interface(
      String name,
      long receivedBytes,
      long receiveErrors,
      long receiveDrops,
      long sentBytes,
      long sendErrors,
      long sendDrops) {}

  /**
   * One port of an adapter.
   *
   * @param physicalState 5 is LinkUp
   * @param state 4 is ACTIVE
   * @param rateBytes a second
   * @param counters by the ends of node_exporter's names: "port_data_received_bytes_total"
   */
  record InfinibandPort(
      String device,
      String port,
      Optional<Long> state,
      Optional<Long> physicalState,
      Optional<Long> rateBytes,
      Map<String, Long> counters) {}
}

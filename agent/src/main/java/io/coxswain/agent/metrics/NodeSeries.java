package io.coxswain.agent.metrics;

import io.coxswain.agent.metrics.NodeSample.FileSystem;
import io.coxswain.agent.metrics.NodeSample.InfinibandPort;
import io.coxswain.agent.metrics.NodeSample.Interface;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Series of the machine itself, named as node_exporter names them. */
final class NodeSeries {
  private NodeSeries() {}

  static void write(Exposition page, NodeSample node, Instant now) {
    page.gauge("node_time_seconds", "System time in seconds since 1970.")
        .sample(Labels.NONE, now.toEpochMilli() / 1e3);
    page.gauge("node_boot_time_seconds", "Start of the kernel in seconds since 1970.");
    node.bootSeconds().ifPresent(seconds -> page.sample(Labels.NONE, seconds));
    page.gauge("node_load1", "Load over the last minute.");
    node.load1().ifPresent(load -> page.sample(Labels.NONE, load));
    new TreeMap<>(node.memoryBytes())
        .forEach(
            (name, bytes) ->
                page.gauge("node_memory_" + name + "_bytes", name + " of /proc/meminfo.")
                    .sample(Labels.NONE, bytes));
    fileSystems(page, node.fileSystems());
    interfaces(page, node.interfaces());
    infiniband(page, node.infiniband());
  }

  private static void fileSystems(Exposition page, List<FileSystem> all) {
    Function<FileSystem, Labels> labels =
        each ->
            Labels.of("device", each.device())
                .and("fstype", each.type())
                .and("mountpoint", each.point());
    page.gauge("node_filesystem_size_bytes", "Size of the file system.");
    all.forEach(each -> page.sample(labels.apply(each), each.sizeBytes()));
    page.gauge("node_filesystem_avail_bytes", "What users may still take of the file system.");
    all.forEach(each -> page.sample(labels.apply(each), each.availableBytes()));
    page.gauge("node_filesystem_readonly", "1 when mounted read only.");
    all.forEach(each -> page.sample(labels.apply(each), each.isReadOnly()));
  }

  private static void interfaces(Exposition page, List<Interface> all) {
    network(page, all, "receive_bytes", Interface::receivedBytes);
    network(page, all, "receive_errs", Interface::receiveErrors);
    network(page, all, "receive_drop", Interface::receiveDrops);
    network(page, all, "transmit_bytes", Interface::sentBytes);
    network(page, all, "transmit_errs", Interface::sendErrors);
    network(page, all, "transmit_drop", Interface::sendDrops);
  }

  private static void network(
      Exposition page, List<Interface> all, String what, ToLongFunction<Interface> value) {
    page.counter("node_network_" + what + "_total", "As /proc/net/dev counts.");
    all.forEach(each -> page.sample(Labels.of("device", each.name()), value.applyAsLong(each)));
  }

  private static void infiniband(Exposition page, List<InfinibandPort> all) {
    page.gauge("node_infiniband_state_id", "State of the port: 4 is active.");
    all.forEach(each -> each.state().ifPresent(value -> page.sample(labels(each), value)));
    page.gauge("node_infiniband_physical_state_id", "Physical state of the port: 5 is up.");
    all.forEach(each -> each.physicalState().ifPresent(value -> page.sample(labels(each), value)));
    page.gauge("node_infiniband_rate_bytes_per_second", "What the port could carry.");
    all.forEach(each -> each.rateBytes().ifPresent(value -> page.sample(labels(each), value)));
    TreeSet<String> names = new TreeSet<>();
    all.forEach(each -> names.addAll(each.counters().keySet()));
    for (String name : names) {
      page.counter("node_infiniband_" + name, "As the adapter counts.");
      for (InfinibandPort each : all) {
        Long value = each.counters().get(name);
        if (value != null) {
          page.sample(labels(each), value);
        }
      }
    }
  }

  private static Labels labels(InfinibandPort port) {
    return Labels.of("device", port.device()).and("port", port.port());
  }
}

package io.coxswain.agent.metrics;

import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.metrics.NodeSample.FileSystem;
import io.coxswain.agent.metrics.NodeSample.InfinibandPort;
import io.coxswain.agent.metrics.NodeSample.Interface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the machine's own numbers from the kernel. File systems and adapters may block for as long
 * as a sick disk or adapter takes: read by who measures, never by who scrapes.
 */
final class NodeReader {
  private static final String INFINIBAND = "/sys/class/infiniband";

  // On disks of this machine; a network file system may block for ever.
  private static final Set<String> TYPES =
      Set.of("btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "xfs", "zfs");
  private static final Set<String> MEMORY =
      Set.of("MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapTotal", "SwapFree");

  // proc_net_dev(5): columns behind the interface's name.
  private static final int NET_COLUMNS = 16;
  private static final int NET_SENT = 8;

  // Counters of a port by file, with the names that node_exporter gives them.
  private static final Map<String, String> PORT_COUNTERS =
      new TreeMap<>(
          Map.of(
              "port_rcv_data", "port_data_received_bytes_total",
              "port_xmit_data", "port_data_transmitted_bytes_total",
              "link_downed", "link_downed_total",
              "link_error_recovery", "link_error_recovery_total",
              "symbol_error", "symbol_error_total",
              "port_rcv_errors", "port_errors_received_total",
              "port_xmit_discards", "port_discards_transmitted_total",
              "port_xmit_wait", "port_transmit_wait_total"));

  // The two of data count in words (InfiniBand Architecture Specification, PortCounters).
  private static final long WORD_BYTES = 4;

  private final Files files;
  private final Function<String, DiskSpace> space;

  NodeReader(Files files, Function<String, DiskSpace> space) {
    this.files = files;
    this.space = space;
  }

  NodeSample read() {
    return new NodeSample(
        text("/proc/loadavg").map(load -> load.split(" ", 2)[0]).flatMap(NodeReader::decimal),
        line("/proc/stat", "btime ").flatMap(NodeReader::whole),
        memory(),
        fileSystems(),
        interfaces(),
        infiniband());
  }

  private Map<String, Long> memory() {
    Map<String, Long> memory = new TreeMap<>();
    for (String line : lines("/proc/meminfo")) {
      String[] fields = line.split(":?\\s+", -1);
      if (fields.length == 3 && MEMORY.contains(fields[0]) && fields[2].equals("kB")) {
        whole(fields[1]).ifPresent(kibibytes -> memory.put(fields[0], kibibytes * 1024));
      }
    }
    return memory;
  }

  private List<FileSystem> fileSystems() {
    Map<String, FileSystem> byDevice = new LinkedHashMap<>();
    for (String line : lines("/proc/self/mountinfo")) {
      // proc_pid_mountinfo(5): id parent major:minor root point options … - type source super
      String[] fields = line.split(" ", -1);
      int separator = List.of(fields).indexOf("-");
      if (separator < 6 || fields.length < separator + 4) {
        continue;
      }
      String type = fields[separator + 1];
      String point = unescaped(fields[4]);
      boolean isContainers = type.equals("overlay") && !point.equals("/");
      if (!TYPES.contains(type) || isContainers || byDevice.containsKey(fields[2])) {
        continue;
      }
      boolean isReadOnly = List.of(fields[5].split(",", -1)).contains("ro");
      try {
        DiskSpace there = space.apply(point);
        byDevice.put(
            fields[2],
            new FileSystem(
                unescaped(fields[separator + 2]),
                type,
                point,
                isReadOnly,
                there.sizeBytes(),
                there.freeBytes()));
      } catch (HostException e) {
        // Of this one nothing is known: its series end, the others go on.
      }
    }
    return List.copyOf(byDevice.values());
  }

  private List<Interface> interfaces() {
    List<Interface> interfaces = new ArrayList<>();
    for (String line : lines("/proc/net/dev")) {
      int colon = line.indexOf(':');
      String[] columns = line.substring(colon + 1).strip().split("\\s+", -1);
      if (colon < 0 || columns.length != NET_COLUMNS) {
        continue;
      }
      List<Long> numbers = new ArrayList<>();
      for (String column : columns) {
        whole(column).ifPresent(numbers::add);
      }
      if (numbers.size() == NET_COLUMNS) {
        interfaces.add(
            new Interface(
                line.substring(0, colon).strip(),
                numbers.get(0),
                numbers.get(2),
                numbers.get(3),
                numbers.get(NET_SENT),
                numbers.get(NET_SENT + 2),
                numbers.get(NET_SENT + 3)));
      }
    }
    return interfaces;
  }

  private List<InfinibandPort> infiniband() {
    List<InfinibandPort> ports = new ArrayList<>();
    for (String device : files.list(INFINIBAND)) {
      for (String port : files.list(INFINIBAND + "/" + device + "/ports")) {
        String directory = INFINIBAND + "/" + device + "/ports/" + port;
        Map<String, Long> counters = new TreeMap<>();
        PORT_COUNTERS.forEach(
            (file, name) ->
                text(directory + "/counters/" + file)
                    .flatMap(NodeReader::whole)
                    .ifPresent(
                        value ->
                            counters.put(
                                name, file.endsWith("_data") ? value * WORD_BYTES : value)));
        ports.add(
            new InfinibandPort(
                device,
                port,
                number(directory + "/state"),
                number(directory + "/phys_state"),
                rate(directory + "/rate"),
                counters));
      }
    }
    return ports;
  }

  /** "4: ACTIVE". */
  private Optional<Long> number(String file) {
    return text(file).map(state -> state.replaceFirst(":.*", "")).flatMap(NodeReader::whole);
  }

  /** "400 Gb/sec (4X NDR)", in bytes a second. */
  private Optional<Long> rate(String file) {
    return text(file)
        .filter(rate -> rate.contains(" Gb/sec"))
        .flatMap(rate -> decimal(rate.replaceFirst(" Gb/sec.*", "")))
        .map(gigabits -> (long) (gigabits * 1e9 / 8));
  }

  private Optional<String> line(String file, String start) {
    return lines(file).stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }

  private List<String> lines(String file) {
    return text(file).map(all -> all.lines().toList()).orElse(List.of());
  }

  /** Empty when the kernel does not have it or does not give it: then there is no series of it. */
  private Optional<String> text(String file) {
    try {
      return Optional.of(new String(files.read(file), StandardCharsets.UTF_8).strip());
    } catch (HostException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> whole(String text) {
    // 64 bits without a sign, as the kernel counts; the upper half would be negative here.
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private static Optional<Double> decimal(String text) {
    return text.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")
        ? Optional.of(Double.parseDouble(text))
        : Optional.empty();
  }

  // The kernel writes space, tab, newline and backslash as \ooo.
  private static String unescaped(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}

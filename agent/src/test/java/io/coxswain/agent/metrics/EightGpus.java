package io.coxswain.agent.metrics;

import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuDetails.MigDevice;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.Progress;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.StepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine with eight H200 and an agent that has measured it. */
final class EightGpus {
  static final List<String> BUSES = List.of("18", "2a", "3a", "5d", "9a", "ab", "ba", "db");

  final FakeHost host = new FakeHost("gpu01");
  final Metrics metrics;
  // Of each GPU, by its place; what is not here a H200 does not have.
  final List<Map<GpuMetric, Reading<Long>>> readings = new ArrayList<>();
  final List<GpuTrouble> troubles = new ArrayList<>();
  List<MigDevice> parts = List.of();
  // Of the two links that each GPU has.
  List<Reading<Long>> crcErrors =
      List.of(new Reading.Known<>(3L, Instant.EPOCH), new Reading.Known<>(3L, Instant.EPOCH));
  String name = "NVIDIA H200";
  Instant sampledAt;

  EightGpus() {
    sampledAt = host.clock().instant();
    for (int gpu = 0; gpu < BUSES.size(); gpu++) {
      Map<GpuMetric, Reading<Long>> of = new EnumMap<>(GpuMetric.class);
      long spread = 1L + gpu;
      for (GpuMetric metric : GpuMetric.values()) {
        if (metric.isSampled()) {
          of.put(metric, known(spread));
        }
      }
      of.put(GpuMetric.TEMPERATURE_CELSIUS, known(40 + spread));
      of.put(GpuMetric.POWER_MILLIWATTS, known(412_300 + spread));
      of.put(GpuMetric.MEMORY_USED_BYTES, known(10_240L << 20));
      of.put(GpuMetric.MEMORY_FREE_BYTES, known(133_000L << 20));
      of.put(GpuMetric.MEMORY_TOTAL_BYTES, known(143_771L << 20));
      of.put(GpuMetric.MEMORY_RESERVED_BYTES, known(531L << 20));
      of.put(GpuMetric.POWER_LIMIT_MILLIWATTS, known(700_000));
      of.put(GpuMetric.FABRIC_STATE, known(3));
      of.put(GpuMetric.FABRIC_STATUS, known(0));
      of.put(GpuMetric.PAGES_RETIRED_CORRECTED, new Reading.Unsupported<>("rows are remapped"));
      of.put(GpuMetric.PAGES_RETIRED_UNCORRECTED, new Reading.Unsupported<>("the same"));
      of.put(GpuMetric.PAGE_RETIREMENT_PENDING, new Reading.Unsupported<>("the same"));
      readings.add(of);
    }
    host.files().createDirectory("/proc/self", new Access(0555, "root", "root"));
    host.files().createDirectory("/proc/net", new Access(0555, "root", "root"));
    host.files().createDirectory("/var/lib/coxswain-agent", new Access(0700, "root", "root"));
    metrics = new Metrics(host, MetricsSettings.DEFAULT, this::standing, EightGpus::space);
  }

  /** The kernel's files about the machine itself. */
  EightGpus withNode() {
    put("/proc/loadavg", "2.50 1.00 0.50 3/900 12345\n");
    put("/proc/stat", "cpu  1 2 3\nbtime 1790000000\n");
    put("/proc/meminfo", "MemTotal:       2113000 kB\nMemAvailable:   2000000 kB\nHugePages: 0\n");
    put(
        "/proc/self/mountinfo",
        """
        30 1 259:2 / / rw,relatime - ext4 /dev/nvme0n1p2 rw
        31 30 259:3 / /srv/a\\040b ro - xfs /dev/nvme1n1 rw
        32 30 259:2 /x /bind rw - ext4 /dev/nvme0n1p2 rw
        33 30 0:50 / /home rw - nfs4 server:/home rw
        """);
    put(
        "/proc/net/dev",
        """
        Inter-|   Receive  |  Transmit
         face |bytes packets
          eth0: 100 1 2 3 0 0 0 0 200 4 5 6 0 0 0 0
        """);
    String port = "/sys/class/infiniband/mlx5_0/ports/1";
    put(port + "/state", "4: ACTIVE\n");
    put(port + "/phys_state", "5: LinkUp\n");
    put(port + "/rate", "400 Gb/sec (4X NDR)\n");
    put(port + "/counters/port_rcv_data", "25\n");
    put(port + "/counters/symbol_error", "7\n");
    return this;
  }

  void put(String path, String text) {
    host.files()
        .createDirectory(
            path.substring(0, path.lastIndexOf('/')), new Access(0555, "root", "root"));
    host.files().put(path, text);
  }

  private static DiskSpace space(String point) {
    return new DiskSpace(1L << 40, 1L << 39);
  }

  private Reading<Long> known(long value) {
    return new Reading.Known<>(value, sampledAt);
  }

  EightGpus with(int gpu, GpuMetric metric, long value) {
    readings.get(gpu).put(metric, known(value));
    return this;
  }

  /** Measured as it is set up. */
  String page() {
    metrics.measured(hardware(new Reading.Known<>(samples(), sampledAt)));
    return metrics.page();
  }

  String page(Reading<GpuSamples> samples) {
    metrics.measured(hardware(samples));
    return metrics.page();
  }

  private GpuSamples samples() {
    List<GpuSample> samples = new ArrayList<>();
    for (int gpu = 0; gpu < BUSES.size(); gpu++) {
      int index = gpu;
      if (troubles.stream().noneMatch(trouble -> trouble.index() == index)) {
        samples.add(
            new GpuSample(gpu, uuid(gpu), bus(gpu), readings.get(gpu), List.of(link(0), link(1))));
      }
    }
    return new GpuSamples(samples, troubles, List.of(), Duration.ofMillis(20));
  }

  private GpuLink link(int number) {
    return new GpuLink(
        number,
        Map.of(
            LinkMetric.CRC_ERRORS, crcErrors.get(number), LinkMetric.REPLAY_ERRORS, known(number)));
  }

  private Hardware hardware(Reading<GpuSamples> samples) {
    List<Gpu> gpus = new ArrayList<>();
    for (int gpu = 0; gpu < BUSES.size(); gpu++) {
      gpus.add(new Gpu(gpu, gpu, uuid(gpu), name, "H200", bus(gpu), 141L << 30, details(gpu == 0)));
    }
    return new Hardware(
        new Reading.Unsupported<>("fake"),
        new Reading.Unsupported<>("fake"),
        new Reading.Unsupported<>("fake"),
        new Reading.Unsupported<>("fake"),
        new Reading.Unsupported<>("fake"),
        new Reading.Known<>(BUSES.stream().map(bus -> PciGpu.at(bus)).toList(), sampledAt),
        new Reading.Known<>(new GpuInventory("570.124.06", gpus, List.of()), sampledAt),
        samples);
  }

  private Reading<GpuDetails> details(boolean isFirst) {
    Reading<List<MigDevice>> cut =
        isFirst ? new Reading.Known<>(parts, sampledAt) : new Reading.Unsupported<>("not cut");
    return new Reading.Known<>(
        new GpuDetails(
            Map.of(),
            Map.of(),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            cut,
            new Reading.Unsupported<>("fake")),
        sampledAt);
  }

  private Standing standing() {
    Progress done =
        new Progress(GroupOutcome.State.DONE, 1, "", 2, 2, "", Optional.empty(), Optional.empty());
    StepOutcome step =
        new StepOutcome("write /etc/a", StepOutcome.Result.CHANGED, Duration.ofMillis(12));
    GroupOutcome group =
        new GroupOutcome("host", 3, 0, done, List.of(step, step), Optional.empty(), "");
    return new Standing("0.1.0", true, 3, List.of(group));
  }

  static String bus(int gpu) {
    return "0000:" + BUSES.get(gpu) + ":00.0";
  }

  private static String uuid(int gpu) {
    return "GPU-%08d-0000-0000-0000-000000000000".formatted(gpu);
  }
}

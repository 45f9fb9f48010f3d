package io.coxswain.agent.health;

import io.coxswain.agent.report.DriverStack;
import io.coxswain.agent.report.Gpu;
import io.coxswain.agent.report.GpuDetails;
import io.coxswain.agent.report.GpuDriver;
import io.coxswain.agent.report.GpuEvent;
import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuLink;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.GpuTrouble;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.InfinibandPort;
import io.coxswain.agent.report.LinkMetric;
import io.coxswain.agent.report.PciGpu;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is measured of a machine with two H200, well until told otherwise. */
final class Machine {
  static final String FIRST = "0000:18:00.0";
  static final String SECOND = "0000:2a:00.0";

  int pciGpus = 2;
  long memoryBytes = 2L << 40;
  String driverLibrary = "570.124.06";
  Duration took = Duration.ofMillis(20);
  @Nullable Reading<GpuInventory> inventory;
  @Nullable Reading<GpuSamples> samples;
  @Nullable Reading<Long> memory;
  final List<GpuTrouble> troubles = new ArrayList<>();
  final List<GpuEvent> events = new ArrayList<>();
  final List<String> drift = new ArrayList<>();
  // Of the first GPU; null: not supported.
  final Map<GpuMetric, Reading<Long>> metrics = new EnumMap<>(GpuMetric.class);
  final Map<LinkMetric, Long> link = new EnumMap<>(LinkMetric.class);

  /**
   * What a counter of the first GPU grows by in ten seconds: PCIe replays, or one of its link's.
   */
  long growing;

  @Nullable LinkMetric growingLink;
  private long replays;
  boolean secondIsLinked = true;
  String portState = "ACTIVE";
  long portRate = 400;

  Machine() {
    well(GpuMetric.TEMPERATURE_CELSIUS, 45);
    well(GpuMetric.MEMORY_TEMPERATURE_CELSIUS, 50);
    well(GpuMetric.GPU_BUSY_PERCENT, 97);
    well(GpuMetric.ECC_ON, 1);
    well(GpuMetric.PERSISTENCE_ON, 1);
    well(GpuMetric.PCIE_GENERATION, 5);
    well(GpuMetric.PCIE_WIDTH, 16);
    well(GpuMetric.PCIE_REPLAYS, 0);
    well(GpuMetric.PCIE_FATAL_ERRORS, 0);
    well(GpuMetric.FABRIC_STATE, 3);
    well(GpuMetric.FABRIC_STATUS, 0);
    well(GpuMetric.FABRIC_HEALTH_SUMMARY, 1);
    for (GpuMetric none :
        List.of(
            GpuMetric.RECOVERY_ACTION,
            GpuMetric.ROW_REMAP_PENDING,
            GpuMetric.ROW_REMAP_FAILED,
            GpuMetric.ROWS_REMAPPED_UNCORRECTED,
            GpuMetric.ECC_CORRECTED,
            GpuMetric.ECC_UNCORRECTED,
            GpuMetric.SRAM_UNCORRECTED,
            GpuMetric.SRAM_CORRECTED,
            GpuMetric.SRAM_UNCORRECTED_TOTAL,
            GpuMetric.SRAM_THRESHOLD_EXCEEDED,
            GpuMetric.CLOCK_REASONS)) {
      well(none, 0);
    }
    link.put(LinkMetric.UP, 1L);
    link.put(LinkMetric.REPLAY_ERRORS, 0L);
    link.put(LinkMetric.RECOVERY_ERRORS, 0L);
    link.put(LinkMetric.CRC_ERRORS, 0L);
    link.put(LinkMetric.FAILED_RECOVERIES, 0L);
    link.put(LinkMetric.EFFECTIVE_ERRORS, 0L);
  }

  private void well(GpuMetric metric, long value) {
    metrics.put(metric, new Reading.Known<>(value, Instant.EPOCH));
  }

  /** The first GPU reads this instead. */
  Machine with(GpuMetric metric, long value) {
    well(metric, value);
    return this;
  }

  Machine with(GpuMetric metric, Reading<Long> reading) {
    metrics.put(metric, reading);
    return this;
  }

  Machine with(LinkMetric metric, long value) {
    link.put(metric, value);
    return this;
  }

  private void grow() {
    LinkMetric grows = growingLink;
    if (grows != null) {
      link.merge(grows, growing, Long::sum);
    } else if (growing > 0) {
      with(GpuMetric.PCIE_REPLAYS, replays += growing);
    }
  }

  private Machine second() {
    Machine second = new Machine();
    if (!secondIsLinked) {
      second
          .with(LinkMetric.UP, 0)
          .with(GpuMetric.FABRIC_STATE, 0)
          .with(GpuMetric.FABRIC_HEALTH_SUMMARY, 0);
    }
    return second;
  }

  Hardware hardware(Instant now) {
    grow();
    Machine second = second();
    List<String> buses = List.of(FIRST, SECOND);
    List<Gpu> gpus = new ArrayList<>();
    List<GpuSample> sampled = new ArrayList<>();
    for (String bus : buses) {
      if (troubles.stream().noneMatch(trouble -> trouble.pciBusId().equals(bus))) {
        int index = buses.indexOf(bus);
        gpus.add(gpu(index, bus, now));
        sampled.add(
            new GpuSample(
                index,
                "GPU-" + index,
                bus,
                index == 0 ? metrics : second.metrics,
                List.of(link(index == 0 ? link : second.link, now))));
      }
    }
    return new Hardware(
        new Reading.Unsupported<>("fake"),
        memory == null ? new Reading.Known<>(memoryBytes, now) : memory,
        new Reading.Unsupported<>("fake"),
        new Reading.Unsupported<>("fake"),
        new Reading.Known<>(
            List.of(new InfinibandPort("mlx5_0", 1, portState, "InfiniBand", portRate)), now),
        new Reading.Known<>(buses.subList(0, pciGpus).stream().map(PciGpu::at).toList(), now),
        inventory != null
            ? inventory
            : new Reading.Known<>(new GpuInventory("570.124.06", gpus, troubles, driver(now)), now),
        samples != null
            ? samples
            : new Reading.Known<>(new GpuSamples(sampled, troubles, events, took), now),
        new Reading.Known<>(stack(), now));
  }

  private DriverStack stack() {
    return new DriverStack(
        List.of(),
        List.of(),
        Optional.of(false),
        false,
        false,
        List.of(),
        false,
        new DriverStack.Bundle("nvidia-570-open 1", drift, "", true),
        new DriverStack.Space(1L << 40, 1L << 30));
  }

  private static Gpu gpu(int index, String bus, Instant now) {
    Map<GpuMetric, Reading<Long>> details =
        Map.of(
            GpuMetric.PCIE_WIDTH_MAX, new Reading.Known<>(16L, now),
            GpuMetric.PCIE_GENERATION_MAX, new Reading.Known<>(5L, now),
            GpuMetric.TEMPERATURE_SLOWDOWN_CELSIUS, new Reading.Known<>(87L, now));
    return new Gpu(
        index,
        index,
        "GPU-" + index,
        "NVIDIA H200",
        "H200",
        bus,
        141L << 30,
        new Reading.Known<>(
            new GpuDetails(
                Map.of(),
                details,
                new Reading.Unsupported<>("fake"),
                new Reading.Unsupported<>("fake"),
                new Reading.Unsupported<>("fake"),
                new Reading.Unsupported<>("fake"),
                new Reading.Unsupported<>("fake")),
            now));
  }

  private static GpuLink link(Map<LinkMetric, Long> metrics, Instant now) {
    Map<LinkMetric, Reading<Long>> readings = new EnumMap<>(LinkMetric.class);
    metrics.forEach((metric, value) -> readings.put(metric, new Reading.Known<>(value, now)));
    return new GpuLink(0, readings);
  }

  private Reading<GpuDriver> driver(Instant now) {
    return new Reading.Known<>(
        new GpuDriver(
            new Reading.Known<>("570.124.06", now),
            new Reading.Known<>("570.124.06", now),
            new Reading.Known<>(driverLibrary, now),
            new Reading.Unsupported<>("fake"),
            new Reading.Unsupported<>("fake"),
            new Reading.Known<>(List.of(), now)),
        now);
  }
}

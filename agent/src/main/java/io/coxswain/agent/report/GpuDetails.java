package io.coxswain.agent.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What changes seldom about a GPU.
 *
 * @param metrics a reading of each {@link GpuMetric} that is not sampled
 * @param peers how far the other GPUs are
 * @param links where its NVLinks lead
 * @param migProfiles what the GPU could be cut into
 * @param migDevices what it is cut into; empty when MIG is off
 */
public record GpuDetails(
    Map<GpuText, Reading<String>> texts,
    Map<GpuMetric, Reading<Long>> metrics,
    Reading<List<Peer>> peers,
    Reading<List<LinkEnd>> links,
    Reading<List<MigProfile>> migProfiles,
    Reading<List<MigDevice>> migDevices,
    Reading<List<GpuProcess>> processes) {
  public GpuDetails {
    EnumMap<GpuText, Reading<String>> allTexts = new EnumMap<>(GpuText.class);
    allTexts.putAll(texts);
    texts = Collections.unmodifiableMap(allTexts);
    EnumMap<GpuMetric, Reading<Long>> allMetrics = new EnumMap<>(GpuMetric.class);
    allMetrics.putAll(metrics);
    metrics = Collections.unmodifiableMap(allMetrics);
  }

  public Reading<String> reading(GpuText text) {
    return texts.getOrDefault(text, new Reading.Unsupported<>("not read"));
  }

  /** Unsupported when the metric is among those sampled. */
  public Reading<Long> reading(GpuMetric metric) {
    return metrics.getOrDefault(metric, new Reading.Unsupported<>("not read with the inventory"));
  }

  /**
   * The way to another GPU of this machine.
   *
   * @param index the other's
   * @param ancestor what the way goes through at the highest (nvmlGpuTopologyLevel_t): 0 the same
   *     board, 10 one PCIe switch, 20 several, 30 a host bridge, 40 a NUMA node, 50 between NUMA
   *     nodes
   * @param hasNvlinkAccess whether the driver lets one read the other over NVLink
   */
  public record Peer(int index, Reading<Long> ancestor, Reading<Boolean> hasNvlinkAccess) {}

  /**
   * One NVLink and its far end.
   *
   * @param version 3 Ampere, 4 Hopper, 5 Blackwell … as nvmlDeviceGetNvLinkVersion gives it
   * @param remoteType 0 a GPU, 1 an IBM NPU, 2 an NVSwitch, 255 unknown (nvmlIntNvLinkDeviceType_t)
   * @param remotePciBusId as sysfs writes it
   */
  public record LinkEnd(
      int link, Reading<Long> version, Reading<Long> remoteType, Reading<String> remotePciBusId) {}

  /**
   * A way to cut the GPU.
   *
   * @param name "1g.18gb"; empty on drivers that do not tell it
   * @param slices of the GPU's compute
   * @param instances how many of them fit on an uncut GPU
   */
  public record MigProfile(
      int id, String name, int slices, int instances, int multiprocessors, long memoryMebibytes) {}

  /** A part of a cut GPU, as jobs are given it. */
  public record MigDevice(
      String uuid,
      String name,
      int gpuInstance,
      int computeInstance,
      int slices,
      long memoryMebibytes) {}

  /**
   * A process that holds the GPU.
   *
   * @param usedBytes Unsupported where the driver does not say, as on a cut GPU without rights
   * @param gpuInstance -1 outside MIG
   * @param computeInstance -1 outside MIG
   */
  public record GpuProcess(
      Use use, long pid, Reading<Long> usedBytes, int gpuInstance, int computeInstance) {}

  /** What a process does with a GPU. */
  public enum Use {
    COMPUTE,
    GRAPHICS,
    MPS
  }
}

package io.coxswain.controller.slurm;

import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.spec.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node says of itself when it joins: {@code slurmd -Z --conf "…"}.
 *
 * @param gres {@code gpu:h200:8}; empty for none
 * @param realMemoryMib what jobs may have
 */
public record NodeOptions(
    String feature,
    String gres,
    int cpus,
    int boards,
    int socketsPerBoard,
    int coresPerSocket,
    int threadsPerCore,
    long realMemoryMib) {

  /**
   * For the agent, slurmd and the kernel's own growth: a kernel update that takes a megabyte more
   * must not make the node INVAL.
   */
  private static final long LEAST_RESERVE_MIB = 1024;

  /** From what {@code slurmd -C} measured. */
  public static NodeOptions of(MachineFacts.Slurm measured, Shape shape, String feature) {
    return new NodeOptions(
        feature,
        shape.hasGpus() ? shape.gres() : "",
        measured.cpus(),
        measured.boards(),
        measured.socketsPerBoard(),
        measured.coresPerSocket(),
        measured.threadsPerCore(),
        usable(measured.realMemoryMib()));
  }

  /** Less 5 %, at least 1 GiB; of a machine that is smaller than that, half. */
  static long usable(long realMemoryMib) {
    long reserve = Math.max(Math.ceilDiv(realMemoryMib, 20), LEAST_RESERVE_MIB);
    return Math.max(realMemoryMib - reserve, Math.max(1, realMemoryMib / 2));
  }

  /** Reads what {@link #render} wrote. */
  public static NodeOptions parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String word : text.strip().split("\\s+", -1)) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("node options: '" + word + "' (expected: Key=value)");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return new NodeOptions(
        values.getOrDefault("Feature", ""),
        values.getOrDefault("Gres", ""),
        number(values, "CPUs"),
        number(values, "Boards"),
        number(values, "SocketsPerBoard"),
        number(values, "CoresPerSocket"),
        number(values, "ThreadsPerCore"),
        number(values, "RealMemory"));
  }

  private static int number(Map<String, String> values, String key) {
    String value = values.getOrDefault(key, "");
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "node options: " + key + "='" + value + "' (expected: a number from 1)");
    }
    return Integer.parseInt(value);
  }

  /** An even share of the memory for each CPU; see {@link SlurmSettings#memoryPerCpuMib}. */
  public int memoryPerCpuMib() {
    return Math.toIntExact(Math.max(1, realMemoryMib / cpus));
  }

  public String render() {
    return "Feature="
        + feature
        + (gres.isEmpty() ? "" : " Gres=" + gres)
        + " CPUs="
        + cpus
        + " Boards="
        + boards
        + " SocketsPerBoard="
        + socketsPerBoard
        + " CoresPerSocket="
        + coresPerSocket
        + " ThreadsPerCore="
        + threadsPerCore
        + " RealMemory="
        + realMemoryMib;
  }
}

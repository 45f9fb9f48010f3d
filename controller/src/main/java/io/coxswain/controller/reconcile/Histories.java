package io.coxswain.controller.reconcile;

import io.coxswain.controller.observed.GpuRound;
import io.coxswain.controller.observed.GpuRound.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last day of each machine's GPUs in steps of five minutes: mean and highest of what reports
 * told. In memory alone, and bounded: 20 KB a GPU, at most {@link #MOST_GPUS} of a machine, and
 * nothing of machines that were removed. Safe for use by many threads.
 */
public final class Histories {
  public static final Duration STEP = Duration.ofMinutes(5);

  /** A day of them. */
  static final int STEPS = 288;

  static final int MOST_GPUS = 32;

  private final Map<String, Machine> machines = new ConcurrentHashMap<>();

  /** One step; the mean and the highest of {@code count} rounds. */
  public record Point(Instant at, double mean, double max, int count) {}

  /** One metric of one GPU, oldest first. */
  public record Series(int gpu, String pciBusId, Metric metric, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /** Takes what a report told; the same round again changes nothing. */
  public void add(String machineId, List<GpuRound> rounds, Instant now) {
    if (!rounds.isEmpty()) {
      machines.computeIfAbsent(machineId, id -> new Machine()).add(rounds, now);
    }
  }

  public void forget(String machineId) {
    machines.remove(machineId);
  }

  /** All series of a machine that have a point in the last day. */
  public List<Series> of(String machineId, Instant now) {
    Machine machine = machines.get(machineId);
    return machine == null ? List.of() : machine.series(now);
  }

  private static long step(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), STEP.toSeconds());
  }

  private static final class Machine {
    private final Map<String, Gpu> gpus = new TreeMap<>();

    synchronized void add(List<GpuRound> rounds, Instant now) {
      for (GpuRound round : rounds) {
        Gpu gpu = gpus.get(round.pciBusId());
        if (gpu == null && gpus.size() < MOST_GPUS) {
          gpu = new Gpu();
          gpus.put(round.pciBusId(), gpu);
        }
        if (gpu != null) {
          gpu.add(round, now);
        }
      }
    }

    synchronized List<Series> series(Instant now) {
      List<Series> series = new ArrayList<>();
      gpus.forEach(
          (address, gpu) -> {
            for (Metric metric : Metric.values()) {
              List<Point> points = gpu.points(metric, now);
              if (!points.isEmpty()) {
                series.add(new Series(gpu.index, address, metric, points));
              }
            }
          });
      return series;
    }
  }

  /** Rings over steps; a slot counts for the step whose number it carries. */
  private static final class Gpu {
    private final Map<Metric, Lane> lanes = new EnumMap<>(Metric.class);
    private Instant last = Instant.EPOCH;
    private int index;

    void add(GpuRound round, Instant now) {
      // By the agent's clock; the step is by ours, or a wrong clock would write into other days.
      if (round.sampledAt().equals(last)) {
        return;
      }
      last = round.sampledAt();
      index = round.index();
      round
          .values()
          .forEach(
              (metric, value) ->
                  lanes.computeIfAbsent(metric, any -> new Lane()).add(step(now), value));
    }

    List<Point> points(Metric metric, Instant now) {
      Lane lane = lanes.get(metric);
      return lane == null ? List.of() : lane.points(step(now));
    }
  }

  private static final class Lane {
    private final int[] steps = new int[STEPS];
    private final float[] sums = new float[STEPS];
    private final float[] highest = new float[STEPS];
    private final short[] counts = new short[STEPS];

    void add(long step, double value) {
      int slot = (int) Math.floorMod(step, (long) STEPS);
      if (steps[slot] != step) {
        steps[slot] = (int) step;
        sums[slot] = 0;
        counts[slot] = 0;
      }
      if (counts[slot] < Short.MAX_VALUE) {
        highest[slot] = counts[slot] == 0 ? (float) value : Math.max(highest[slot], (float) value);
        sums[slot] += (float) value;
        counts[slot]++;
      }
    }

    List<Point> points(long newest) {
      List<Point> points = new ArrayList<>();
      for (long step = newest - STEPS + 1; step <= newest; step++) {
        int slot = (int) Math.floorMod(step, (long) STEPS);
        if (steps[slot] == step && counts[slot] > 0) {
          points.add(
              new Point(
                  Instant.ofEpochSecond(step * STEP.toSeconds()),
                  sums[slot] / counts[slot],
                  highest[slot],
                  counts[slot]));
        }
      }
      return points;
    }
  }
}

package io.coxswain.agent.metrics;

import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.GpuSample;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The last hour of this machine's GPUs at the full rate, in memory alone. Eleven bytes a sample in
 * arrays that are made once: eight GPUs take 34 KB. Safe for use by many threads.
 */
public final class GpuHistory {
  /** An hour of a round each ten seconds. */
  static final int SAMPLES = 360;

  // More than any machine has; one whose GPUs change their addresses for ever stays bounded.
  private static final int MOST_GPUS = 32;
  private static final long MEBIBYTE = 1L << 20;
  private static final long MILLI = 1000;

  private final Map<String, Ring> rings = new TreeMap<>();

  /**
   * One round of one GPU; what it did not tell is empty.
   *
   * @param at to the second
   */
  public record Sample(
      Instant at,
      OptionalLong busyPercent,
      OptionalLong memoryUsedMebibytes,
      OptionalLong celsius,
      OptionalLong watts,
      OptionalLong smClockMhz) {}

  /**
   * The samples of one GPU, oldest first.
   *
   * @param index the driver's, in the newest round
   */
  public record Series(int index, String pciBusId, List<Sample> samples) {
    public Series {
      samples = List.copyOf(samples);
    }
  }

  /** Takes a round; a GPU that did not answer in it has a gap. */
  public synchronized void add(GpuSamples round, Instant at) {
    for (GpuSample sample : round.gpus()) {
      Ring ring = rings.get(sample.pciBusId());
      if (ring == null && rings.size() < MOST_GPUS) {
        ring = new Ring();
        rings.put(sample.pciBusId(), ring);
      }
      if (ring != null) {
        ring.add(sample, at);
      }
    }
  }

  /** All GPUs by their address. */
  public synchronized List<Series> all() {
    List<Series> all = new ArrayList<>();
    rings.forEach((address, ring) -> all.add(new Series(ring.index, address, ring.samples())));
    return all;
  }

  /** Bytes that the arrays of one GPU take. */
  static int bytesPerGpu() {
    return SAMPLES * (Integer.BYTES * 2 + Short.BYTES * 3 + Byte.BYTES);
  }

  /**
   * The lowest number of each type stands for one that was not told; it never leaves this class.
   */
  private static final class Ring {
    private final int[] seconds = new int[SAMPLES];
    private final byte[] busy = new byte[SAMPLES];
    private final int[] memory = new int[SAMPLES];
    private final short[] celsius = new short[SAMPLES];
    private final short[] watts = new short[SAMPLES];
    private final short[] clock = new short[SAMPLES];
    private int index;
    private int next;
    private int count;

    void add(GpuSample sample, Instant at) {
      index = sample.index();
      // Reaches to the year 2106 as an unsigned number.
      seconds[next] = (int) at.getEpochSecond();
      busy[next] =
          (byte) clamp(read(sample, GpuMetric.GPU_BUSY_PERCENT, 1), Byte.MIN_VALUE, Byte.MAX_VALUE);
      memory[next] =
          (int)
              clamp(
                  read(sample, GpuMetric.MEMORY_USED_BYTES, MEBIBYTE),
                  Integer.MIN_VALUE,
                  Integer.MAX_VALUE);
      celsius[next] = small(read(sample, GpuMetric.TEMPERATURE_CELSIUS, 1));
      watts[next] = small(read(sample, GpuMetric.POWER_MILLIWATTS, MILLI));
      clock[next] = small(read(sample, GpuMetric.SM_CLOCK_MHZ, 1));
      next = (next + 1) % SAMPLES;
      count = Math.min(SAMPLES, count + 1);
    }

    private static short small(OptionalLong value) {
      return (short) clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    private static long clamp(OptionalLong value, long absent, long most) {
      return value.isEmpty() ? absent : Math.max(absent + 1, Math.min(most, value.getAsLong()));
    }

    private static OptionalLong read(GpuSample sample, GpuMetric metric, long divisor) {
      return sample.reading(metric) instanceof Reading.Known<Long>(Long value, Instant _)
          ? OptionalLong.of(value / divisor)
          : OptionalLong.empty();
    }

    List<Sample> samples() {
      List<Sample> samples = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int at = Math.floorMod(next - count + i, SAMPLES);
        samples.add(
            new Sample(
                Instant.ofEpochSecond(Integer.toUnsignedLong(seconds[at])),
                told(busy[at], Byte.MIN_VALUE),
                told(memory[at], Integer.MIN_VALUE),
                told(celsius[at], Short.MIN_VALUE),
                told(watts[at], Short.MIN_VALUE),
                told(clock[at], Short.MIN_VALUE)));
      }
      return samples;
    }

    private static OptionalLong told(long value, long absent) {
      return value == absent ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }
}

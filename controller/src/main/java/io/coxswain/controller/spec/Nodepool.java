package io.coxswain.controller.spec;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Nodes of one shape in a cluster: one Slurm partition and its node set.
 *
 * @param name of the partition
 * @param min nodes that it always has
 * @param max nodes that it may have; those above {@code min} are claimed when jobs wait for them,
 *     and returned when they were idle for {@code idleTime}
 * @param selector labels that its machines have
 * @param hosts only these machines, by name; empty: any that fits
 * @param isEnding it is to go, once its nodes have left
 */
public record Nodepool(
    String name,
    String description,
    Shape shape,
    int min,
    int max,
    Duration idleTime,
    Selector selector,
    List<String> hosts,
    boolean isEnding) {
  /** The pool, and so the partition, of a cluster where nobody chose a name. */
  public static final String MAIN = "main";

  public static final Duration IDLE_TIME = Duration.ofMinutes(10);

  /** Shorter than Slurm's own round of 10 s a node would be taken back while a job starts. */
  public static final Duration SHORTEST_IDLE_TIME = Duration.ofSeconds(15);

  public static final Duration LONGEST_IDLE_TIME = Duration.ofDays(7);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
  private static final Pattern DESCRIPTION = Pattern.compile("\\P{Cntrl}{0,200}");

  public Nodepool {
    requireName(name);
    if (!DESCRIPTION.matcher(description).matches()) {
      throw new InvalidSpecException(
          "description", "description: not one line of at most 200 characters");
    }
    if (min == max && (min < 1 || min > ClusterSpec.LARGEST)) {
      throw new InvalidSpecException(
          "size", "size: " + min + " (expected: 1 to " + ClusterSpec.LARGEST + " machines)");
    }
    if (min < 0 || min > ClusterSpec.LARGEST) {
      throw new InvalidSpecException(
          "min", "min: " + min + " (expected: 0 to " + ClusterSpec.LARGEST + " nodes)");
    }
    if (max < Math.max(1, min) || max > ClusterSpec.LARGEST) {
      throw new InvalidSpecException(
          "max",
          "max: %d (expected: %d, which is %s, to %d nodes)"
              .formatted(
                  max, Math.max(1, min), min < 1 ? "the least" : "min", ClusterSpec.LARGEST));
    }
    if (idleTime.compareTo(SHORTEST_IDLE_TIME) < 0 || idleTime.compareTo(LONGEST_IDLE_TIME) > 0) {
      throw new InvalidSpecException(
          "idle_time",
          "idle time: %d s (expected: %d to %d s)"
              .formatted(
                  idleTime.toSeconds(),
                  SHORTEST_IDLE_TIME.toSeconds(),
                  LONGEST_IDLE_TIME.toSeconds()));
    }
    hosts = List.copyOf(hosts);
  }

  /** One that always has the same number of nodes. */
  public static Nodepool fixed(
      String name, Shape shape, int size, Selector selector, List<String> hosts) {
    return new Nodepool(name, "", shape, size, size, IDLE_TIME, selector, hosts, false);
  }

  public static void requireName(String name) {
    // A partition of that name says what others have by default (slurm.conf(5)).
    if (name.equals("default")) {
      throw new InvalidSpecException(
          "nodepool", "nodepool: 'default' (expected: another name; Slurm keeps that one)");
    }
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSpecException(
          "nodepool", "nodepool: '" + name + "' (expected: ^[a-z][a-z0-9-]{0,30}$)");
    }
  }

  /** "2 x 8xH200, 4 x cpu"; an elastic pool as "0 to 4 x 8xH200". */
  public static String words(List<Nodepool> pools) {
    return pools.stream()
        .filter(pool -> !pool.isEnding)
        .map(pool -> (pool.isElastic() ? pool.min + " to " : "") + pool.max + " x " + pool.shape)
        .collect(Collectors.joining(", "));
  }

  public boolean isElastic() {
    return max > min;
  }

  /** With other bounds. */
  public Nodepool between(int min, int max) {
    return new Nodepool(name, description, shape, min, max, idleTime, selector, hosts, isEnding);
  }

  /** With that many nodes always: one of a fixed size is of that size then. */
  public Nodepool withSize(int size) {
    return between(size, isElastic() ? max : size);
  }

  /**
   * With one node more than it was to have, as one stays that was to leave. One that was to end
   * stays with it.
   */
  public Nodepool keeping(boolean isElasticSlot) {
    int less = isEnding ? 0 : min;
    int least = isElasticSlot ? less : less + 1;
    int most = isEnding ? 1 : isElasticSlot ? max + 1 : isElastic() ? Math.max(max, least) : least;
    return new Nodepool(name, description, shape, least, most, idleTime, selector, hosts, false);
  }

  public Nodepool from(Selector selector, List<String> hosts) {
    return new Nodepool(name, description, shape, min, max, idleTime, selector, hosts, isEnding);
  }

  public Nodepool ending() {
    return new Nodepool(name, description, shape, min, max, idleTime, selector, hosts, true);
  }
}

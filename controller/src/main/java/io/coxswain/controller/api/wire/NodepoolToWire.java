package io.coxswain.controller.api.wire;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.InstanceState;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Duration;
import java.util.List;

/** Nodepools, as clients read and write them. */
public final class NodepoolToWire {
  private NodepoolToWire() {}

  public static List<io.coxswain.v1.Nodepool> nodepools(
      ClusterSpec spec, List<Instance> instances) {
    return spec.pools().stream().map(pool -> nodepool(spec, pool, instances)).toList();
  }

  private static io.coxswain.v1.Nodepool nodepool(
      ClusterSpec spec, Nodepool pool, List<Instance> instances) {
    List<Instance> own =
        instances.stream().filter(instance -> instance.pool().equals(pool.name())).toList();
    return io.coxswain.v1.Nodepool.newBuilder()
        .setName(pool.name())
        .setDescription(pool.description())
        .setShape(pool.shape().toString())
        .setMin(pool.min())
        .setMax(pool.max())
        .setIdleTimeSeconds(pool.idleTime().toSeconds())
        .setSelector(pool.selector().toString())
        .addAllHosts(pool.hosts())
        .setEnding(pool.isEnding())
        .setIsDefault(pool.equals(spec.mainPool()))
        .setRunning(
            (int) own.stream().filter(each -> each.state() == InstanceState.RUNNING).count())
        .setWithMachine((int) own.stream().filter(Instance::hasMachine).count())
        .setAsleep((int) own.stream().filter(Instance::isAsleep).count())
        .build();
  }

  /** Throws {@link InvalidSpecException} for what no pool can be. */
  public static Nodepool parse(io.coxswain.v1.Nodepool wire) {
    return new Nodepool(
        wire.getName(),
        wire.getDescription(),
        Shape.parse(wire.getShape()),
        count("min", wire.getMin()),
        count("max", wire.getMax() == 0 ? wire.getMin() : wire.getMax()),
        idleTime(wire.getIdleTimeSeconds()),
        Selector.parse(wire.getSelector()),
        wire.getHostsList(),
        false);
  }

  /** 0: that of a pool where nobody chose. */
  public static Duration idleTime(long seconds) {
    return seconds == 0
        ? Nodepool.IDLE_TIME
        : Duration.ofSeconds(
            Math.clamp(seconds, 0, Nodepool.LONGEST_IDLE_TIME.plusSeconds(1).toSeconds()));
  }

  /** What does not fit an int is told as it came. */
  public static int count(String field, int wire) {
    if (wire < 0) {
      throw new InvalidSpecException(
          field,
          "%s: %d (expected: 0 to %d nodes)"
              .formatted(field, Integer.toUnsignedLong(wire), ClusterSpec.LARGEST));
    }
    return wire;
  }
}

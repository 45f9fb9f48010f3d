package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.observed.Measurement;
import io.coxswain.controller.observed.TestResult;
import io.coxswain.controller.spec.Assignment.Group;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.Nodepool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Active tests: what the jumphost's agent is to do for one, and what comes out of its lines. */
public final class NodeTests {
  private NodeTests() {}

  /** What a node reached: of several pairs the median, so that one bad peer blames nobody else. */
  public record Reached(String node, String kind, String peers, double value, String unit) {}

  private record Key(String node, String kind, String peers, String unit)
      implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  /** The group of the test that is under way in the cluster; empty when there is none. */
  static Optional<Group> group(
      World world, ClusterSpec spec, Instance jumphost, ClusterSteps steps) {
    return world.tests().stream()
        .filter(test -> test.cluster().equals(spec.id()) && test.isUnderWay())
        .findFirst()
        .map(
            test ->
                new Group(
                    GroupNames.test(spec.id()),
                    List.of(GroupNames.controller(spec.id())),
                    jumphost.retry(),
                    steps.test(spec, pool(world, spec, test), test)));
  }

  private static Nodepool pool(World world, ClusterSpec spec, NodeTest test) {
    return world.workers(spec.id()).stream()
        .filter(worker -> test.nodes().contains(worker.name()))
        .findFirst()
        .map(worker -> spec.poolOf(worker.pool()))
        .orElse(spec.mainPool());
  }

  /** What each node reached, from all that was measured. */
  public static List<Reached> reached(NodeTest test) {
    Map<Key, List<Double>> values = new TreeMap<>();
    for (TestResult result : test.parsed()) {
      if (result.state() == TestResult.State.MEASURED) {
        boolean isBetween = !result.peer().isEmpty() && !result.peer().equals(result.node());
        String peers = isBetween ? Measurement.BETWEEN_NODES : Measurement.WITHIN_NODE;
        List<String> ends =
            isBetween ? List.of(result.node(), result.peer()) : List.of(result.node());
        for (String node : ends) {
          values
              .computeIfAbsent(
                  new Key(node, result.kind(), peers, result.unit()), key -> new ArrayList<>())
              .add(result.value());
        }
      }
    }
    List<Reached> reached = new ArrayList<>();
    values.forEach(
        (key, all) ->
            reached.add(new Reached(key.node, key.kind, key.peers, median(all), key.unit)));
    return reached;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}

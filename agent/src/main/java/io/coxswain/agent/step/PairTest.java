package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Latency and bandwidth of MPI between nodes, or between two ranks of one that is alone. Its
 * program prints for each pair, and at the end how many there were:
 *
 * <pre>
 * pair a=HOST b=HOST latency_us=L bandwidth_mbs=B
 * world size=S pairs=P
 * </pre>
 *
 * What is missing or out of place is a failed test, whatever the exit status says.
 */
record PairTest(TestJob job, String program, String mpi) {
  private static final Duration DEADLINE = Duration.ofMinutes(4);
  private static final String NUMBER = "(\\d{1,12}(?:\\.\\d{1,6})?)";
  private static final Pattern PAIR =
      Pattern.compile(
          "pair a=([A-Za-z0-9_-]+) b=([A-Za-z0-9_-]+) latency_us="
              + NUMBER
              + " bandwidth_mbs="
              + NUMBER);
  private static final Pattern WORLD = Pattern.compile("world size=(\\d{1,9}) pairs=(\\d{1,9})");

  private record Pair(String a, String b, String latency, String bandwidth) {}

  List<String> run(List<String> nodes) {
    int perNode = nodes.size() == 1 ? 2 : 1;
    Result result;
    try {
      result =
          job.run(
              nodes, perNode, DEADLINE, List.of("--mpi=" + mpi, "--kill-on-bad-exit=1", program));
    } catch (HostException e) {
      return failed(nodes, String.valueOf(e.getMessage()));
    }
    List<Pair> pairs = pairs(result.out());
    String fault = fault(result, nodes, nodes.size() * perNode, pairs);
    if (!fault.isEmpty()) {
      return failed(nodes, fault + ": " + String.join(" / ", lastOf(result)));
    }
    List<String> lines = new ArrayList<>();
    for (Pair pair : pairs) {
      String who = pair.a + " " + pair.b + " ";
      lines.add("measured mpi-latency " + who + pair.latency + " us");
      lines.add("measured mpi-bandwidth " + who + pair.bandwidth + " MB/s");
    }
    return lines;
  }

  private static List<String> lastOf(Result result) {
    List<String> tail = Output.tail(result);
    return tail.subList(Math.max(0, tail.size() - 2), tail.size());
  }

  private static List<String> failed(List<String> nodes, String why) {
    return nodes.stream().map(node -> "failed mpi-latency " + node + " - " + why).toList();
  }

  private static List<Pair> pairs(String output) {
    List<Pair> pairs = new ArrayList<>();
    output
        .lines()
        .map(line -> PAIR.matcher(line.strip()))
        .filter(Matcher::matches)
        .forEach(m -> pairs.add(new Pair(m.group(1), m.group(2), m.group(3), m.group(4))));
    return pairs;
  }

  private static String fault(Result result, List<String> nodes, int size, List<Pair> pairs) {
    if (!result.isSuccess()) {
      return "exit status " + result.status();
    }
    List<Matcher> worlds =
        result
            .out()
            .lines()
            .map(line -> WORLD.matcher(line.strip()))
            .filter(Matcher::matches)
            .toList();
    if (worlds.size() != 1 || Integer.parseInt(worlds.getFirst().group(1)) != size) {
      // Wrongly paired MPI and PMI make many worlds of one rank, each of which ends well.
      return "worlds: " + worlds.size() + " (expected: one of " + size + " ranks)";
    }
    int told = Integer.parseInt(worlds.getFirst().group(2));
    if (told != pairs.size() || pairs.isEmpty()) {
      return "pairs: " + pairs.size() + " (expected: " + told + ")";
    }
    Set<String> seen = new HashSet<>();
    pairs.forEach(pair -> seen.addAll(Set.copyOf(List.of(pair.a, pair.b))));
    return seen.equals(Set.copyOf(nodes)) ? "" : "nodes: " + seen + " (expected: " + nodes + ")";
  }
}

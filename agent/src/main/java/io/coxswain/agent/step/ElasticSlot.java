package io.coxswain.agent.step;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A slot of an elastic nodepool: a node that slurmctld counts with although it may have no machine.
 *
 * @param feature what its partition finds it by
 * @param gres {@code gpu:h200:8}; empty for none
 * @param realMemoryMib what jobs may have
 */
public record ElasticSlot(
    String name,
    String feature,
    String gres,
    int cpus,
    int boards,
    int socketsPerBoard,
    int coresPerSocket,
    int threadsPerCore,
    long realMemoryMib) {

  private static final String NONE = "(null)";
  private static final Pattern SOCKETS = Pattern.compile("\\(S:[0-9,-]*\\)");

  /** One line of scontrol -o show node; empty for a node that is no such slot. */
  static Optional<ElasticSlot> parse(String line) {
    if (SlurmNode.parse(line).filter(SlurmNode::isElastic).isEmpty()) {
      return Optional.empty();
    }
    int boards = Math.max(1, number(line, "Boards"));
    return Optional.of(
        new ElasticSlot(
            text(line, "NodeName"),
            text(line, "AvailableFeatures"),
            // Once a machine has registered, its sockets stand behind: gpu:h200:8(S:0-1).
            SOCKETS.matcher(text(line, "Gres")).replaceAll(""),
            number(line, "CPUTot"),
            boards,
            // Slurm prints those of all boards.
            number(line, "Sockets") / boards,
            number(line, "CoresPerSocket"),
            number(line, "ThreadsPerCore"),
            number(line, "RealMemory")));
  }

  /** The arguments of {@code scontrol create} but for the name. */
  List<String> options() {
    List<String> hardware =
        List.of(
            "cpus=" + cpus,
            "boards=" + boards,
            "socketsperboard=" + socketsPerBoard,
            "corespersocket=" + coresPerSocket,
            "threadspercore=" + threadsPerCore,
            "realmemory=" + realMemoryMib);
    List<String> labels =
        gres.isEmpty()
            ? List.of("feature=" + feature)
            : List.of("feature=" + feature, "gres=" + gres);
    return Stream.of(hardware, labels, List.of("state=CLOUD")).flatMap(List::stream).toList();
  }

  /** Its arguments that the other has not. */
  String optionsBeside(ElasticSlot other) {
    List<String> others = other.options();
    return options().stream()
        .filter(option -> !others.contains(option))
        .collect(Collectors.joining(" "));
  }

  private static String text(String line, String key) {
    Matcher matcher = Pattern.compile("(?:^| )" + key + "=(\\S*)").matcher(line);
    return matcher.find() && !matcher.group(1).equals(NONE) ? matcher.group(1) : "";
  }

  // 0 is what no wished slot has: it will be made anew.
  private static int number(String line, String key) {
    String text = text(line, key);
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's slurmctld has the slots, each as it is described, and no empty one beside them. A
 * slot with a machine, or that waits for one, is left alone whatever is wished: it is changed or
 * deleted once it is empty. So is one that somebody drained or took down, which is only ever
 * deleted. A drain of ours that nobody needs any more ends.
 *
 * @param kept those whose drain stays though it is ours
 */
public record MakeElasticNodes(String clusterId, List<ElasticSlot> slots, Set<String> kept)
    implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  public MakeElasticNodes {
    slots = List.copyOf(slots);
    kept = Set.copyOf(kept);
  }

  @Override
  public Check check(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    if (slots.isEmpty() && slurm.isTakenDown()) {
      return new Check.InSync();
    }
    Difference difference;
    try {
      difference = difference(slurm);
    } catch (HostException e) {
      // slurmctld starts, or restarts with a new configuration.
      String last = e.tail().isEmpty() ? e.getMessage() : e.tail().getLast();
      return new Check.Pending("slurmctld of " + clusterId + " does not answer: " + last, PATIENCE);
    }
    List<String> changes = new ArrayList<>();
    difference.missing().forEach(slot -> changes.add(slot.name() + ": create"));
    difference.other().forEach(other -> changes.add(other.toString()));
    difference.surplus().forEach(name -> changes.add(name + ": delete"));
    difference.stuck().forEach(node -> changes.add(node.name() + ": clear, was " + node));
    return changes.isEmpty() ? new Check.InSync() : new Check.Drift(changes);
  }

  @Override
  public void apply(Host host) {
    Slurm slurm = new Slurm(host, clusterId);
    Difference difference = difference(slurm);
    difference.surplus().forEach(slurm::delete);
    difference.other().forEach(other -> slurm.delete(other.wished().name()));
    difference.stuck().forEach(node -> clear(slurm, node));
    List<ElasticSlot> wanted = new ArrayList<>(difference.missing());
    difference.other().forEach(other -> wanted.add(other.wished()));
    // Each call makes slurmctld build its tables anew: alike ones go together.
    wanted.stream()
        .collect(
            Collectors.groupingBy(
                ElasticSlot::options,
                LinkedHashMap::new,
                Collectors.mapping(ElasticSlot::name, Collectors.toList())))
        .forEach((options, names) -> slurm.create(names, options));
  }

  /**
   * What a failed resume leaves is IDLE or DOWN without an answer, which slurmctld hands to no job
   * once it was reconfigured. Only by powering down does a slot lose that, and only a resume ends
   * DOWN; in this order, since a resume is what sets the missing answer.
   */
  private static void clear(Slurm slurm, SlurmNode node) {
    if (node.isDown() || node.isDrained()) {
      slurm.resume(node.name());
    }
    slurm.powerDown(node.name());
  }

  /**
   * How slurmctld differs from the wish.
   *
   * @param other described otherwise, and empty
   * @param surplus not wished, and empty
   * @param stuck empty, and taken for broken
   */
  private record Difference(
      List<ElasticSlot> missing, List<Other> other, List<String> surplus, List<SlurmNode> stuck) {}

  /**
   * Slurm may keep to less than it was told, without a word: more GPUs than gres.conf has files.
   */
  private record Other(ElasticSlot is, ElasticSlot wished) {
    @Override
    public String toString() {
      return "%s: make anew with %s, is %s"
          .formatted(wished.name(), wished.optionsBeside(is), is.optionsBeside(wished));
    }
  }

  private Difference difference(Slurm slurm) {
    List<String> lines = slurm.nodeLines();
    Map<String, SlurmNode> nodes = byName(lines.stream().map(SlurmNode::parse), SlurmNode::name);
    Map<String, ElasticSlot> there =
        byName(lines.stream().map(ElasticSlot::parse), ElasticSlot::name);
    Set<String> wished = slots.stream().map(ElasticSlot::name).collect(Collectors.toSet());
    List<ElasticSlot> missing = new ArrayList<>();
    List<Other> other = new ArrayList<>();
    List<SlurmNode> stuck = new ArrayList<>();
    for (ElasticSlot slot : slots) {
      // A node of that name that is no slot is a machine's own: it stays.
      ElasticSlot is = there.get(slot.name());
      Optional<SlurmNode> node = Optional.ofNullable(nodes.get(slot.name()));
      if (node.isEmpty()) {
        missing.add(slot);
      } else if (!slot.equals(is) && is != null && isOurs(node.get())) {
        other.add(new Other(is, slot));
      } else if (isStuck(node.get())) {
        stuck.add(node.get());
      }
    }
    List<String> surplus =
        there.keySet().stream()
            .filter(name -> !wished.contains(name) && name.startsWith(clusterId + "-"))
            .filter(name -> isUnused(nodes.get(name)))
            .toList();
    return new Difference(missing, other, surplus, stuck);
  }

  private static <T> Map<String, T> byName(Stream<Optional<T>> found, Function<T, String> name) {
    return found
        .flatMap(Optional::stream)
        .collect(Collectors.toMap(name, Function.identity(), (a, b) -> b, TreeMap::new));
  }

  private static boolean isUnused(@Nullable SlurmNode node) {
    return node != null && node.isElastic() && node.isEmpty() && !node.isBusy();
  }

  /** Unused, and nobody keeps it from jobs but we or Slurm by itself. */
  private static boolean isOurs(SlurmNode node) {
    return isUnused(node) && !node.isDrained() && (!node.isDown() || node.mayResume());
  }

  private boolean isStuck(SlurmNode node) {
    boolean isDrainedByUs =
        isUnused(node) && node.isDrained() && node.mayResume() && !kept.contains(node.name());
    return isDrainedByUs
        || (isOurs(node) && (node.isDown() || node.flags().contains("NOT_RESPONDING")));
  }
}

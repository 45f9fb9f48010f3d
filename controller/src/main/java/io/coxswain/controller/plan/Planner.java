package io.coxswain.controller.plan;

import io.coxswain.controller.lifecycle.Health;
import io.coxswain.controller.observed.LinkState;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chooses machines for instances by what was measured, and says of every other machine why it was
 * not taken.
 */
public final class Planner {
  /** Labels that say machines are close to each other, the closest first. */
  static final List<String> PROXIMITY = List.of("switch", "rack");

  /** Of a machine whose agent calls from itself and reports no interface with a global IPv4. */
  static final String NO_ADDRESS = "no address that other machines can reach";

  private Planner() {}

  /** What a machine must be to be taken. An empty list of hosts means any. */
  public record Wish(Shape shape, Selector selector, List<String> hosts) {
    public Wish {
      hosts = List.copyOf(hosts);
    }

    public static Wish of(Nodepool pool) {
      return new Wish(pool.shape(), pool.selector(), pool.hosts());
    }
  }

  /**
   * A machine for each of the instances, or as many as there are. Machines that share a switch,
   * then a rack, are preferred; among equals the order is by name, so that the same question has
   * the same answer.
   */
  public static Placement place(
      Wish wish, List<String> instances, List<MachineView> machines, Instant now) {
    List<Placement.Rejection> rejections = new ArrayList<>();
    List<MachineView> fitting = new ArrayList<>();
    for (MachineView view : machines) {
      if (view.machine().role() != Machine.Role.WORKER) {
        continue;
      }
      Optional<String> why = rejection(wish, view, now);
      if (why.isPresent()) {
        rejections.add(new Placement.Rejection(view.machine().name(), why.get()));
      } else {
        fitting.add(view);
      }
    }
    for (String host : wish.hosts()) {
      if (machines.stream().noneMatch(view -> view.machine().name().equals(host))) {
        rejections.add(new Placement.Rejection(host, "no machine of that name is enrolled"));
      }
    }
    List<MachineView> chosen = closest(fitting, instances.size());
    List<Placement.Lease> leases = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      Machine machine = chosen.get(i).machine();
      leases.add(new Placement.Lease(instances.get(i), machine.id(), machine.name()));
    }
    return new Placement(leases, rejections, instances.size() - chosen.size());
  }

  /** Instances of one nodepool that want machines. */
  public record Share(Nodepool pool, List<String> instances) {
    public Share {
      instances = List.copyOf(instances);
    }
  }

  /** The same for several nodepools: no machine goes to two of them. */
  public static Placement place(List<Share> shares, List<MachineView> machines, Instant now) {
    List<Placement.Lease> leases = new ArrayList<>();
    List<Placement.Rejection> rejections = new ArrayList<>();
    int missing = 0;
    for (Share share : shares) {
      Set<String> taken =
          leases.stream().map(Placement.Lease::machineId).collect(Collectors.toSet());
      Placement placement =
          place(
              Wish.of(share.pool()),
              share.instances(),
              machines.stream().filter(view -> !taken.contains(view.machine().id())).toList(),
              now);
      leases.addAll(placement.leases());
      missing += placement.missing();
      placement.rejections().stream()
          .filter(rejection -> !rejections.contains(rejection))
          .forEach(rejections::add);
    }
    return new Placement(leases, rejections, missing);
  }

  /** The jumphost with the fewest instances among those that are heard. */
  public static Optional<MachineView> jumphost(List<MachineView> machines, Instant now) {
    return machines.stream()
        .filter(
            view -> view.machine().role() == Machine.Role.JUMPHOST && !view.machine().isRevoked())
        .filter(
            view ->
                view.seen().link(now) == LinkState.CONNECTED
                    && view.seen().facts().filter(facts -> !facts.address().isEmpty()).isPresent())
        .min(
            Comparator.<MachineView>comparingInt(view -> view.leases().size())
                .thenComparing(view -> view.machine().name()));
  }

  /** Whether the machine is what the nodepool asks for, be it free or not. */
  public static boolean isOfShape(Nodepool pool, MachineView view) {
    Machine machine = view.machine();
    return machine.role() == Machine.Role.WORKER
        && !machine.isRevoked()
        && (pool.hosts().isEmpty() || pool.hosts().contains(machine.name()))
        && pool.selector().matches(machine.labels())
        && view.seen().facts().filter(facts -> misfit(pool.shape(), facts).isEmpty()).isPresent();
  }

  private static Optional<String> rejection(Wish wish, MachineView view, Instant now) {
    Machine machine = view.machine();
    if (!wish.hosts().isEmpty() && !wish.hosts().contains(machine.name())) {
      return Optional.of("not among the hosts asked for");
    }
    if (!wish.selector().matches(machine.labels())) {
      return Optional.of("labels do not match " + wish.selector());
    }
    if (machine.isRevoked()) {
      return Optional.of("revoked");
    }
    if (machine.isQuarantined()) {
      return Optional.of("quarantined: " + machine.quarantine());
    }
    if (machine.care().repair().isPresent()) {
      return Optional.of("being repaired: " + machine.care().repair().get().work().words());
    }
    if (view.isSwitched()) {
      return Optional.of("being switched off");
    }
    if (!view.leases().isEmpty()) {
      return Optional.of("leased to " + clusterOf(view.leases().getFirst()));
    }
    LinkState link = view.seen().link(now);
    if (link != LinkState.CONNECTED || !view.seen().isConnected()) {
      return Optional.of("agent " + (link == LinkState.CONNECTED ? "not connected" : link.name()));
    }
    if (view.seen().facts().isEmpty()) {
      return Optional.of("not measured yet");
    }
    MachineFacts facts = view.seen().facts().get();
    // What the store remembers of a machine has none either, until its agent has reported again.
    return facts.address().isEmpty() ? Optional.of(NO_ADDRESS) : misfit(wish.shape(), facts);
  }

  private static Optional<String> misfit(Shape shape, MachineFacts facts) {
    switch (facts.gpus()) {
      case Reading.Failed<MachineFacts.Gpus>(String why) -> {
        return Optional.of("GPUs unreadable: " + why);
      }
      case Reading.Unsupported<MachineFacts.Gpus>(String why) -> {
        if (shape.hasGpus()) {
          return Optional.of("no GPUs (" + why + ")");
        }
      }
      case Reading.Known<MachineFacts.Gpus>(MachineFacts.Gpus gpus) -> {
        if (!shape.hasGpus()) {
          return gpus.count() == 0
              ? Optional.empty()
              : Optional.of(
                  "has GPUs (" + gpus.count() + "x" + gpus.model() + "), kept for GPU shapes");
        }
        if (!gpus.model().equalsIgnoreCase(shape.model())) {
          return Optional.of(gpus.count() == 0 ? "no GPUs" : gpus.count() + "x" + gpus.model());
        }
        if (gpus.count() != shape.gpus()) {
          return Optional.of(gpus.count() + " of " + shape.gpus() + " GPUs");
        }
      }
    }
    Health health = Health.of(Optional.of(facts));
    return health.level() == Verdict.Level.CRITICAL
        ? Optional.of(health.reason())
        : Optional.empty();
  }

  /**
   * The first group of neighbours that is large enough, the smallest such; else the largest groups
   * first.
   */
  private static List<MachineView> closest(List<MachineView> fitting, int count) {
    List<MachineView> sorted =
        fitting.stream().sorted(Comparator.comparing(view -> view.machine().name())).toList();
    for (String label : PROXIMITY) {
      Optional<List<MachineView>> together =
          groups(sorted, label).stream()
              .filter(group -> group.size() >= count)
              .min(Comparator.comparingInt(List::size));
      if (together.isPresent()) {
        return together.get().subList(0, count);
      }
    }
    List<MachineView> order = new ArrayList<>();
    groups(sorted, PROXIMITY.getFirst()).stream()
        .sorted(Comparator.comparingInt((List<MachineView> group) -> group.size()).reversed())
        .forEach(order::addAll);
    sorted.stream().filter(view -> !order.contains(view)).forEach(order::add);
    return order.subList(0, Math.min(count, order.size()));
  }

  private static List<List<MachineView>> groups(List<MachineView> sorted, String label) {
    Map<String, List<MachineView>> groups = new TreeMap<>();
    for (MachineView view : sorted) {
      String value = view.machine().labels().get(label);
      if (value != null) {
        groups.computeIfAbsent(value, key -> new ArrayList<>()).add(view);
      }
    }
    return List.copyOf(groups.values());
  }

  private static String clusterOf(String instance) {
    return new ClusterId(instance.substring(0, instance.indexOf('-', 2))).value();
  }
}

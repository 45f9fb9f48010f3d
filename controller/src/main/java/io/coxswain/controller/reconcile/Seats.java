package io.coxswain.controller.reconcile;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.plan.MachineView;
import io.coxswain.controller.plan.Placement;
import io.coxswain.controller.plan.Planner;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.Nodepool;
import io.coxswain.controller.spec.Selector;
import io.coxswain.controller.spec.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Chooses the machine that a new cluster's slurmctld runs on. */
final class Seats {
  static final String SHARED = "shared";
  static final String OWN = "own";

  private final CreateRequest request;
  private final List<MachineView> machines;
  private final Instant now;

  Seats(CreateRequest request, List<MachineView> machines, Instant now) {
    this.request = request;
    this.machines = List.copyOf(machines);
    this.now = now;
  }

  /**
   * Where slurmctld runs.
   *
   * @param isOwn whether the machine is of the pool and becomes the cluster's alone
   * @param isNode whether it is the cluster's first node besides
   * @param machine empty where there is none
   */
  record Seat(boolean isOwn, boolean isNode, Optional<MachineView> machine) {}

  /** For a cluster whose nodes are placed so. */
  Seat choose(Placement nodes) {
    return switch (request.jumphost()) {
      case "" -> isOne() ? onNode(nodes) : shared();
      case SHARED -> shared();
      case OWN -> new Seat(true, false, own(nodes));
      default -> new Seat(false, false, Optional.of(named()));
    };
  }

  // One that has nodes only while jobs want them has none for slurmctld to be on.
  private boolean isOne() {
    return request.pools().stream().mapToInt(Nodepool::min).sum() == 1
        && request.pools().stream().noneMatch(Nodepool::isElastic);
  }

  private Seat shared() {
    return new Seat(false, false, Planner.jumphost(machines, now));
  }

  private Seat onNode(Placement nodes) {
    return new Seat(
        true, true, nodes.leases().stream().findFirst().flatMap(lease -> view(lease.machineId())));
  }

  /** One without GPUs where there is one that is free, else one like the nodes. */
  private Optional<MachineView> own(Placement nodes) {
    List<MachineView> left =
        machines.stream()
            .filter(
                view ->
                    nodes.leases().stream()
                        .noneMatch(lease -> lease.machineId().equals(view.machine().id())))
            .toList();
    return free(new Planner.Wish(Shape.parse("cpu"), Selector.ANY, List.of()), left)
        .or(() -> free(Planner.Wish.of(request.pools().getFirst()), left));
  }

  private Optional<MachineView> free(Planner.Wish wish, List<MachineView> left) {
    return Planner.place(wish, List.of("jumphost"), left, now).leases().stream()
        .findFirst()
        .flatMap(lease -> view(lease.machineId()));
  }

  private Optional<MachineView> view(String machineId) {
    return machines.stream().filter(view -> view.machine().id().equals(machineId)).findFirst();
  }

  private MachineView named() {
    String name = request.jumphost();
    MachineView view =
        machines.stream()
            .filter(each -> each.machine().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        Kind.NOT_FOUND,
                        "jumphost '" + name + "': no machine of that name is enrolled"));
    if (view.machine().role() != Machine.Role.JUMPHOST) {
      throw refused(
          Kind.FORBIDDEN_NOW,
          "jumphost '" + name + "': a worker (expected: an enrolled jumphost, shared, or own)");
    }
    return Planner.jumphost(List.of(view), now)
        .orElseThrow(
            () ->
                refused(
                    Kind.NO_CAPACITY,
                    "jumphost "
                        + name
                        + ": its agent does not answer, or has no address that others can reach"));
  }

  private RefusedException refused(Kind kind, String why) {
    return new RefusedException(
        kind,
        request.jumphost(),
        why,
        "cox machine list shows jumphosts; --jumphost own takes a worker");
  }
}

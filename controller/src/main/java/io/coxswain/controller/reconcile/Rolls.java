package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.spec.DriverSet;
import java.util.List;
import java.util.Optional;

/** Wishes to bring a driver to machines, a few at a time. */
public interface Rolls {
  /**
   * What somebody wants.
   *
   * @param title for people: {@code nvidia-580-open 1}
   * @param isRollback to what was before the last bundle; then no target has a driver
   * @param targets at least one
   * @param maxUnavailable at least 1
   * @param mayReboot whether machines are rebooted where the driver needs it
   * @param requestId the client's own; the same one again returns what it started
   */
  record Order(
      String title,
      boolean isRollback,
      List<Target> targets,
      int maxUnavailable,
      boolean mayReboot,
      String by,
      String requestId) {
    public Order {
      targets = List.copyOf(targets);
    }
  }

  /** A machine by its id, with what it gets. */
  record Target(String machineId, Optional<DriverSet> driver) {}

  /**
   * Writes it down, to be carried out one by one.
   *
   * @throws RefusedException while another roll has one of the machines
   */
  Operation begin(Order order);

  /** The newest first. */
  List<Roll> rolls();

  Optional<Roll> roll(String operation);
}

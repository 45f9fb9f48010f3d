package io.coxswain.controller.plan;

import io.coxswain.controller.spec.Repair;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a site lets be repaired without asking anybody.
 *
 * @param kinds RESET_GPU, REBOOT or REPLACE; none: nothing is ever repaired by itself
 * @param mostPercent of a cluster's nodes that may be under repair at one time, 0 to 100
 */
public record RepairPolicy(Set<Repair.Kind> kinds, int mostPercent) {
  /** A site that says nothing wants nothing done. */
  public static final RepairPolicy OFF = new RepairPolicy(Set.of(), 0);

  /** What may be repaired so at all. */
  public static final List<Repair.Kind> KINDS =
      List.of(Repair.Kind.RESET_GPU, Repair.Kind.REBOOT, Repair.Kind.REPLACE);

  /** Between two of the same on one machine: a second one so soon would not help either. */
  static final Duration BETWEEN_TWO = Duration.ofHours(12);

  /** The most of the same on one machine, whoever asked. */
  static final int A_DAY = 3;

  public RepairPolicy {
    kinds = Set.copyOf(kinds);
  }
}

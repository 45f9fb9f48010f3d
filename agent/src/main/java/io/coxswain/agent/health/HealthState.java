package io.coxswain.agent.health;

/**
 * What outlives an agent.
 *
 * @param bootId of the boot in which it was written
 * @param sequence of the last line of the kernel's log whose consequences are here; -1 for none
 */
record HealthState(
    String bootId, long sequence, Faults faults, Conditions conditions, Baseline baseline) {
  static final HealthState NONE =
      new HealthState("", -1, Faults.NONE, Conditions.NONE, Baseline.NONE);
}

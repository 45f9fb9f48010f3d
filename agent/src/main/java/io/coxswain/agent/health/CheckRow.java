package io.coxswain.agent.health;

import java.time.Duration;
import java.util.Map;

/**
 * A row of the policy about a state.
 *
 * @param hold how long it must be bad before it is said
 * @param clear how long it must be good before it is no longer said
 * @param thresholds by name, with the unit in the name
 */
record CheckRow(
    String check,
    Ruling ruling,
    Duration hold,
    Duration clear,
    Map<String, Double> thresholds,
    String source) {
  CheckRow {
    thresholds = Map.copyOf(thresholds);
  }

  /** The threshold; one that the policy lacks is a mistake in this program. */
  double threshold(String name) {
    Double value = thresholds.get(name);
    if (value == null) {
      throw new IllegalStateException(check + ": no threshold " + name + " in the policy");
    }
    return value;
  }
}

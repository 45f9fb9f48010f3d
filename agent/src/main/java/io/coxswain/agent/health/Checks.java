package io.coxswain.agent.health;

import io.coxswain.agent.health.Finding.Findings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** All checks of a state, by the name that the policy gives them. */
final class Checks {
  /** Looks at the facts; what follows is not its business. */
  @FunctionalInterface
  interface Look {
    Findings at(Facts facts, CheckRow row, Policy policy);
  }

  static final Map<String, Look> ALL = all();

  private Checks() {}

  private static Map<String, Look> all() {
    Map<String, Look> checks = new LinkedHashMap<>();
    DriverChecks.addTo(checks);
    GpuChecks.addTo(checks);
    LinkChecks.addTo(checks);
    HostChecks.addTo(checks);
    return Collections.unmodifiableMap(checks);
  }
}

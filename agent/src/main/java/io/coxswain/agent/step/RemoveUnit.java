package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Units.Active;
import io.coxswain.agent.host.Units.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One of our units is stopped and disabled. Its file is removed by {@link RemovePath}. */
public record RemoveUnit(String name) implements Step {
  // Debian's own units that we start on machines.
  private static final Set<String> TAKEN_OVER =
      Set.of("slurmd.service", "slurmctld.service", "munge.service");
  private static final Set<String> NEVER =
      Set.of("coxswain-agent.service", "coxswain-controller.service");

  @Override
  public Check check(Host host) {
    UnitState state = host.units().state(name);
    List<String> changes = new ArrayList<>();
    if (state.active() != Active.INACTIVE) {
      changes.add(name + ": stop");
    }
    if (state.enabled()) {
      changes.add(name + ": disable");
    }
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    boolean ours = name.startsWith("coxswain-") && !NEVER.contains(name);
    if (!ours && !TAKEN_OVER.contains(name)) {
      throw new HostException(
          Reason.NOT_OURS, "unit: " + name + " (expected: one that Coxswain starts on machines)");
    }
    RunUnit.stamp(name).delete(host);
    host.units().disable(name);
  }

  @Override
  public Disruption disruption() {
    return Disruption.RESTARTS_SERVICE;
  }
}

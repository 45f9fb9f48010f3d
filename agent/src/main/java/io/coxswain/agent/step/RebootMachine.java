package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.util.Optional;

/** The machine has booted since this wish was first seen. Never while a job runs. */
public record RebootMachine(String id) implements Step {
  @Override
  public Check check(Host host) {
    Reboot reboot = new Reboot(id);
    if (reboot.isDone(host)) {
      return new Check.InSync();
    }
    Optional<String> busy = SlurmSteps.running(host);
    if (busy.isPresent()) {
      return new Check.Blocked(busy.get());
    }
    return reboot.underWay(host).orElseGet(() -> Check.Drift.of("reboot the machine"));
  }

  @Override
  public void apply(Host host) {
    new Reboot(id).ask(host);
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }
}

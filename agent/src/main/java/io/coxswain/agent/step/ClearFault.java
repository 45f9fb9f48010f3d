package io.coxswain.agent.step;

import io.coxswain.agent.host.Clearances;
import io.coxswain.agent.host.Clearances.Clearance;
import io.coxswain.agent.host.Host;
import java.time.Duration;

/**
 * The machine's health watch has forgotten a fault that somebody mended; what still holds it finds
 * again.
 */
public record ClearFault(String id, String check, String subject) implements Step {
  // The watch looks every ten seconds.
  private static final Duration UNTIL_FORGOTTEN = Duration.ofMinutes(2);

  @Override
  public Check check(Host host) {
    if (stamp().read(host).isEmpty()) {
      return Check.Drift.of("forget " + check + (subject.isEmpty() ? "" : " of " + subject));
    }
    return new Clearances(host.files()).isOpen(id)
        ? new Check.Pending("the health watch forgets " + check, UNTIL_FORGOTTEN)
        : new Check.InSync();
  }

  @Override
  public void apply(Host host) {
    new Clearances(host.files()).ask(new Clearance(id, check, subject, host.clock().instant()));
    stamp().write(host, host.clock().instant() + "\n");
  }

  private Stamp stamp() {
    return new Stamp(SlurmSteps.REPAIRS, id);
  }
}

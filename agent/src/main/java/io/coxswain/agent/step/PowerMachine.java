package io.coxswain.agent.step;

import io.coxswain.agent.bmc.Access;
import io.coxswain.agent.bmc.Bmc;
import io.coxswain.agent.bmc.Deed;
import io.coxswain.agent.bmc.Power;
import io.coxswain.agent.bmc.PowerChange;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Pause;
import java.util.Locale;
import java.util.Optional;

/**
 * Another machine's power was brought to what is wanted once for this id, by its management
 * controller, and read back. A refusal is an end too: the controller is not asked again for this
 * id, since many lock a user out after a few wrong passwords.
 */
public record PowerMachine(String id, Access access, Deed deed, boolean isForced) implements Step {
  @Override
  public Check check(Host host) {
    // In this order: what ends between the two looks has left its word.
    if (host.background().isOnItsWay(task())) {
      return new Check.Pending("the BMC of " + access.machine() + " is asked", PowerChange.LONGEST);
    }
    PowerNotes notes = notes(host);
    notes
        .refusal()
        .ifPresent(
            why -> {
              throw new HostException(Reason.BMC_REFUSED, why);
            });
    return notes.power().isPresent()
        ? new Check.InSync()
        : Check.Drift.of(
            "by "
                + access.words()
                + ": "
                + access.machine()
                + " "
                + deed.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (isForced ? " by force" : ""));
  }

  @Override
  public void apply(Host host) {
    host.background().begin(task(), () -> carryOut(host));
  }

  private void carryOut(Host host) {
    PowerNotes notes = notes(host);
    if (notes.power().isPresent() || notes.refusal().isPresent()) {
      return;
    }
    try (Bmc bmc = Bmc.of(access, host, Pause::of)) {
      Power power =
          new PowerChange(access, bmc, new PowerChange.Time(host.clock(), Pause::of), notes)
              .carryOut(deed, isForced);
      notes.done(power);
    } catch (HostException e) {
      if (e.reason() == Reason.BMC_REFUSED) {
        notes.refused(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** "power on", "power off"; "power unknown" where nothing reads it back. */
  @Override
  public Optional<String> evidence(Host host) {
    return notes(host).power().map(word -> "power " + word);
  }

  private String task() {
    return "power " + access.machine() + " " + id;
  }

  private PowerNotes notes(Host host) {
    return new PowerNotes(host, access.machine(), id);
  }
}

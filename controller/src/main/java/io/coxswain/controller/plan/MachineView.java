package io.coxswain.controller.plan;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Seen;
import java.util.List;

/**
 * A machine, what is known of it and which instances lease it.
 *
 * @param isSwitched whether somebody is switching it off, so that nobody may lease it now
 */
public record MachineView(Machine machine, Seen seen, List<String> leases, boolean isSwitched) {
  public MachineView {
    leases = List.copyOf(leases);
  }

  /** One whose power nobody changes. */
  public MachineView(Machine machine, Seen seen, List<String> leases) {
    this(machine, seen, leases, false);
  }
}

package io.coxswain.controller.plan;

import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.observed.Seen;
import java.util.List;

/** A machine, what is known of it and which instances lease it. */
public record MachineView(Machine machine, Seen seen, List<String> leases) {
  public MachineView {
    leases = List.copyOf(leases);
  }
}

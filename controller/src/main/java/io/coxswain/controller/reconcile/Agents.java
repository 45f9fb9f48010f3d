package io.coxswain.controller.reconcile;

import io.coxswain.controller.spec.Assignment;

/**
 * The agents as far as we can speak to them. Sending may fail silently: what was not taken is sent
 * again.
 */
public interface Agents {
  /** Sends the assignment when a stream is open. */
  void send(String machineId, Assignment assignment);

  /** Asks for a report now. */
  void query(String machineId);

  /** Ends the machine's stream, if there is one, and lets none be opened. */
  void cutOff(String machineId);
}

package io.coxswain.agent.host;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** systemd units of the machine. */
public interface Units {
  UnitState state(String unit);

  /** The last lines of its journal, oldest first; empty when there is none. */
  List<String> journal(String unit);

  /** Re-reads unit files when any changed since systemd last did. */
  void reload();

  void enable(String unit);

  /** Stops it, disables it and forgets a failure; a unit that does not exist is fine. */
  void disable(String unit);

  /**
   * Starts or restarts and waits until it is active or has failed; UNIT_FAILED carries the
   * journal's last lines.
   */
  void restart(String unit);

  /** systemctl reload. */
  void reconfigure(String unit);

  /** As systemd says it: loaded?, enabled?, active; since when the main process runs. */
  record UnitState(
      boolean loaded,
      boolean enabled,
      Active active,
      Optional<Instant> activeSince,
      boolean needsReload) {}

  enum Active {
    ACTIVE,
    /**
     * On its way up, or started again by systemd a moment ago because it ended: it may well end
     * again.
     */
    ACTIVATING,
    INACTIVE,
    FAILED
  }
}

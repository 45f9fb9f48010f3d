package io.coxswain.agent.health;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A row of the policy about something that happens.
 *
 * @param check what its verdicts are called: "xid-79"
 * @param text what it means, for people
 * @param ruling for one event
 * @param worse what holds instead for a line that says more than the number
 * @param escalation what holds once it happens too often
 * @param source where the ruling comes from
 */
record EventRow(
    String check,
    String text,
    Ruling ruling,
    Map<KernelEvent.Severity, Ruling> worse,
    Optional<Escalation> escalation,
    String source) {
  EventRow {
    worse = Map.copyOf(worse);
  }

  /**
   * Any of the three counts is enough; 0 never is.
   *
   * @param times events on one GPU
   * @param jobs different jobs that met them there; processes, where no job is known
   * @param users different users
   */
  record Escalation(int times, int jobs, int users, Duration within, Ruling ruling) {}
}

package io.coxswain.agent.health;

import java.time.Duration;

/**
 * What the policy says of processes that a job has left on a GPU.
 *
 * @param grace from SIGTERM to SIGKILL; what the epilog's own deadline leaves of it
 */
record EpilogRule(Leftovers leftovers, Duration grace) {
  /** What becomes of them. */
  enum Leftovers {
    /** They are told, and left alone. */
    REPORT,
    /** They are told, and ended. */
    END
  }
}

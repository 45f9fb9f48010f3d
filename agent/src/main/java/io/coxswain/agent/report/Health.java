package io.coxswain.agent.report;

/** How well something is. */
public enum Health {
  /** All is as it should be; never listed. */
  PASS,
  /** Worth knowing; nothing follows from it. */
  INFO,
  /** Somebody should look at it when there is time. */
  WARNING,
  /** What could not be read. Ends when it can be. */
  UNKNOWN,
  /** Jobs fail here or will. */
  CRITICAL
}

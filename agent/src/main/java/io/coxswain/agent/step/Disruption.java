package io.coxswain.agent.step;

/** What users of the machine notice when a step is applied. */
public enum Disruption {
  /** Nothing. */
  NONE,
  /** A daemon restarts; jobs go on. */
  RESTARTS_SERVICE,
  /** Whatever runs there as the user ends. */
  ENDS_JOBS
}

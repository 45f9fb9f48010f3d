package io.coxswain.controller.bundle;

/** What a change does to jobs, the least first. */
public enum Disruption {
  /** Jobs do not notice. */
  LIVE,
  /** Not while a job runs on the machine. */
  NEEDS_IDLE_NODE,
  /** The machine reboots. */
  REBOOTS
}

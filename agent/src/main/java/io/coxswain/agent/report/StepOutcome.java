package io.coxswain.agent.report;

import java.time.Duration;

/** What became of one step in the current run of its group. */
public record StepOutcome(String title, Result result, Duration took) {
  /** How the step ended. */
  public enum Result {
    /** It was true already. */
    UNCHANGED,
    /** It was made true. */
    CHANGED,
    /** It would have been made true; nothing was done. */
    WOULD_CHANGE,
    /** It will be true after a reboot. */
    REBOOT_NEEDED,
    /** It could not be made true. */
    FAILED
  }
}

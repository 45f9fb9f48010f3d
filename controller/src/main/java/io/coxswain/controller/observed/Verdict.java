package io.coxswain.controller.observed;

import java.time.Instant;

/**
 * What a machine's own health policy says of one thing; the agent judges, so that it judges without
 * us too.
 *
 * @param check stable and short: "xid-79"
 * @param subject what it is about: a GPU's PCI address, a port, a mount point; empty: the machine
 * @param since when it began to hold
 * @param isDraining whether the machine's node should take no further job
 * @param suppressed why a site has switched the check off; empty when it has not
 * @param count how often it happened; 0 of what is a state and no event
 */
public record Verdict(
    String check,
    String subject,
    Level level,
    String message,
    String expected,
    Instant since,
    Action action,
    boolean isDraining,
    String suppressed,
    int count) {

  /** From good to unreadable. */
  public enum Level {
    PASS(0),
    INFO(1),
    WARNING(2),
    CRITICAL(4),
    UNKNOWN(3);

    private final int weight;

    Level(int weight) {
      this.weight = weight;
    }

    /** Grows with how much it matters: what is unreadable may be bad, and CRITICAL is. */
    public int weight() {
      return weight;
    }
  }

  /** What would help, from the mildest to the dearest. */
  public enum Action {
    NONE,
    RESET_GPU,
    REBOOT,
    REPLACE,
    HARDWARE;

    /** As people type it: "reset-gpu". */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** "xid-79 0000:18:00.0: fallen off the bus". */
  public String line() {
    return check + (subject.isEmpty() ? "" : " " + subject) + ": " + message;
  }
}

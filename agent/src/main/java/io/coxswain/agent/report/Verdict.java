package io.coxswain.agent.report;

import java.time.Instant;
import java.util.Comparator;

/**
 * The judgement of one check about one thing.
 *
 * @param check of the policy, stable and short: "xid-79", "gpu-count"
 * @param subject what it is about: a GPU's PCI address "0000:18:00.0", "mlx5_0/1", a mount point;
 *     empty: the machine
 * @param message what was read, for people
 * @param expected what should have been read; empty for an event
 * @param since the first time, or since when it has been so without a break
 * @param observedAt the last time
 * @param drain whether the machine's node should take no further job
 * @param suppressed why a site has switched the check off here, and until when; else empty
 * @param count how often it happened since; 0 for what is a state and no event
 */
public record Verdict(
    String check,
    String subject,
    Health level,
    String message,
    String expected,
    Instant since,
    Instant observedAt,
    RepairAction action,
    boolean drain,
    String suppressed,
    int count) {
  /** Worst first, then by name. */
  public static final Comparator<Verdict> WORST_FIRST =
      Comparator.comparing(Verdict::level)
          .reversed()
          .thenComparing(Verdict::check)
          .thenComparing(Verdict::subject);

  /** What a site has switched off: still seen, without a consequence. */
  public Verdict suppressed(String why) {
    return new Verdict(
        check,
        subject,
        Health.INFO,
        message,
        expected,
        since,
        observedAt,
        RepairAction.NO_REPAIR,
        false,
        why,
        count);
  }
}

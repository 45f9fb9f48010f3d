package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.Verdict;
import io.coxswain.controller.spec.InvalidSpecException;
import io.coxswain.controller.spec.Repair;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Why an instance's node is kept from jobs: a verdict of its machine. It outlives the verdict,
 * until the node was tested anew.
 *
 * @param since when it was laid on, which also names the test that ends it
 * @param reportedAt when, by the machine's clock, the verdict was reported
 * @param isRetesting whether the verdict is gone and the node is being tested
 */
public record Hold(
    String check,
    String subject,
    Verdict.Action action,
    String message,
    Instant since,
    Instant reportedAt,
    boolean isRetesting) {
  private static final Pattern PCI =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f]");

  public static Hold of(Verdict verdict, Instant now, Instant reportedAt) {
    return new Hold(
        verdict.check(),
        verdict.subject(),
        verdict.action(),
        verdict.message(),
        now,
        reportedAt,
        false);
  }

  /** The check of a hold that a person has asked for. */
  private static final String ASKED = "asked";

  private static final Pattern REASON = Pattern.compile("[\\x20-\\x7e&&[^\"'\\\\`$]]{1,100}");

  /** Kept from jobs until somebody says otherwise. */
  public static Hold asked(String reason, String by, Instant now) {
    if (!REASON.matcher(reason).matches() || reason.isBlank()) {
      throw new InvalidSpecException(
          "reason",
          "reason: '"
              + reason
              + "' (expected: 1 to 100 printable ASCII characters without quotes, $ and \\)");
    }
    return new Hold(
        ASKED,
        // With the name it is never a word of ours, by which a drain is known.
        reason.strip() + " (" + by + ")",
        Verdict.Action.NONE,
        "asked for by " + by,
        now,
        Instant.EPOCH,
        false);
  }

  /** Whether nobody but a person ends it. */
  public boolean isAsked() {
    return check.equals(ASKED);
  }

  /** Of a node that is well as far as we know, and is to be repaired all the same. */
  public static Hold forRepair(Repair repair, Instant now) {
    Repair.Work work = repair.work();
    Verdict.Action action =
        switch (work.kind()) {
          case RESET_GPU -> Verdict.Action.RESET_GPU;
          case REBOOT -> Verdict.Action.REBOOT;
          case REPLACE -> Verdict.Action.REPLACE;
          case CLEAR, LEAVE, APPLY_BUNDLE, RESTORE_BUNDLE -> Verdict.Action.NONE;
        };
    return new Hold(
        action == Verdict.Action.NONE ? work.kind().word() : "repair",
        isGpu(work.subject()) ? work.subject() : "",
        action,
        "asked for by " + repair.by(),
        now,
        Instant.EPOCH,
        false);
  }

  /** The same, kept from jobs for what comes before any test. */
  public Hold beforeTest() {
    return new Hold(check, subject, action, message, since, reportedAt, false);
  }

  /**
   * Something was done to the machine: what counts from here on is reported after that moment, and
   * a test that passed before is none.
   */
  public Hold repaired(Instant reported, Instant now) {
    return new Hold(check, subject, action, message, now, reported, false);
  }

  public Hold retesting() {
    return new Hold(check, subject, action, message, since, reportedAt, true);
  }

  /** Whether a subject is a GPU: a PCI address such as 0000:18:00.0. */
  public static boolean isGpu(String subject) {
    return PCI.matcher(subject).matches();
  }

  /**
   * The reason of Slurm's drain without its prefix, the short part first, since sinfo cuts it:
   * {@code xid-79 gpu=0000:18:00.0 reboot}.
   */
  public String reason() {
    if (isAsked()) {
      return subject;
    }
    String where = isGpu(subject) ? " gpu=" + subject : " on=" + subject;
    return check
        + (subject.isEmpty() ? "" : where)
        + (action == Verdict.Action.NONE ? "" : " " + action.word());
  }
}

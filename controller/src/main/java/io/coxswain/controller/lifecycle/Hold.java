package io.coxswain.controller.lifecycle;

import io.coxswain.controller.observed.Verdict;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why an instance's node is kept from jobs: a verdict of its machine. It outlives the verdict,
 * until the node was tested anew.
 *
 * @param since when it was laid on, which also names the test that ends it
 * @param reportedAt when, by the machine's clock, the verdict was reported
 * @param isRetesting whether the verdict is gone and the node is being tested
 * @param repair what somebody wants done to the machine before
 */
public record Hold(
    String check,
    String subject,
    Verdict.Action action,
    String message,
    Instant since,
    Instant reportedAt,
    boolean isRetesting,
    Optional<Repair> repair) {
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
        false,
        Optional.empty());
  }

  /** Of a node that is well as far as we know, and is to be repaired all the same. */
  public static Hold forRepair(Repair repair, Instant now) {
    return new Hold(
        "repair",
        repair.subject(),
        repair.action(),
        "asked for by " + repair.by(),
        now,
        Instant.EPOCH,
        false,
        Optional.of(repair));
  }

  /** The same with a repair, which comes before any test. */
  public Hold with(Repair wanted) {
    return new Hold(check, subject, action, message, since, reportedAt, false, Optional.of(wanted));
  }

  /** The repair is over; what counts from here on is reported after that moment. */
  public Hold repaired(Instant reported) {
    return new Hold(check, subject, action, message, since, reported, false, Optional.empty());
  }

  /**
   * A wish of a person, carried out by the machine's agent once its node has no jobs.
   *
   * @param id names the wish: the agent carries it out once
   * @param action RESET_GPU or REBOOT
   * @param subject the GPU's PCI address; empty for a reboot
   * @param by who asked
   * @param isUnderWay whether the node has no more jobs and the agent was told
   */
  public record Repair(
      String id, Verdict.Action action, String subject, String by, boolean isUnderWay) {
    public Repair begun() {
      return new Repair(id, action, subject, by, true);
    }
  }

  public Hold retesting() {
    return new Hold(check, subject, action, message, since, reportedAt, true, Optional.empty());
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
    String where = isGpu(subject) ? " gpu=" + subject : " on=" + subject;
    return check
        + (subject.isEmpty() ? "" : where)
        + (action == Verdict.Action.NONE ? "" : " " + action.word());
  }
}

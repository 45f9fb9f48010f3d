package io.coxswain.agent.health;

import io.coxswain.agent.health.KernelEvent.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to one GPU, switch or the driver and has not been put right. What follows
 * from it is the policy's to say, each time anew.
 *
 * @param check "xid-79"
 * @param code the Xid's number; for a recovery action the action; else 0
 * @param severity the worst that was seen
 * @param first when it came after it was last put right
 * @param hits the last times, oldest first, for what the policy says of repetition
 * @param ended when it was put right; kept for a while, to know a relapse
 * @param relapses how often it came back after a repair
 */
record Fault(
    String check,
    String subject,
    int code,
    Severity severity,
    Instant first,
    Instant last,
    int count,
    List<Hit> hits,
    String message,
    Optional<Instant> ended,
    int relapses) {
  /** More than a policy may ask for, so that every rule about repetition can come true. */
  static final int KEPT_HITS = 16;

  // One program that dies writes many lines: they are one time.
  private static final Duration ONE_TIME = Duration.ofMinutes(1);

  Fault {
    hits = List.copyOf(hits);
  }

  /**
   * One time.
   *
   * @param job "job 17" or "process 4711"; empty when nobody held the GPU
   * @param user empty when not known
   */
  record Hit(Instant at, String job, String user) {
    private boolean isSameTime(Hit next) {
      return job.equals(next.job) && at.plus(ONE_TIME).isAfter(next.at);
    }
  }

  static Fault of(String check, int code, KernelEvent event, Hit hit) {
    return new Fault(
        check,
        event.subject(),
        code,
        severity(event),
        hit.at(),
        hit.at(),
        1,
        List.of(hit),
        event.message(),
        Optional.empty(),
        0);
  }

  /** It happened once more. */
  Fault again(int newCode, KernelEvent event, Hit hit) {
    if (ended.isPresent()) {
      Fault anew = of(check, newCode, event, hit);
      return new Fault(
          check,
          subject,
          newCode,
          anew.severity,
          anew.first,
          anew.last,
          1,
          anew.hits,
          anew.message,
          Optional.empty(),
          relapses + 1);
    }
    List<Hit> more = new ArrayList<>(hits);
    more.removeIf(before -> before.isSameTime(hit));
    more.add(hit);
    Severity now = severity(event);
    boolean isWorse = now.compareTo(severity) >= 0;
    return new Fault(
        check,
        subject,
        newCode,
        isWorse ? now : severity,
        first,
        hit.at().isAfter(last) ? hit.at() : last,
        count + 1,
        more.subList(Math.max(0, more.size() - KEPT_HITS), more.size()),
        isWorse ? event.message() : message,
        Optional.empty(),
        relapses);
  }

  Fault ended(Instant at) {
    return new Fault(
        check,
        subject,
        code,
        severity,
        first,
        last,
        count,
        hits,
        message,
        Optional.of(at),
        relapses);
  }

  /** With one more of its times, as it was stored. */
  Fault with(Hit hit) {
    List<Hit> more = new ArrayList<>(hits);
    more.add(hit);
    return new Fault(
        check, subject, code, severity, first, last, count, more, message, ended, relapses);
  }

  boolean isOpen() {
    return ended.isEmpty();
  }

  private static Severity severity(KernelEvent event) {
    return event instanceof KernelEvent.Xid xid ? xid.severity() : Severity.PLAIN;
  }
}

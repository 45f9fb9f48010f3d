package io.coxswain.agent.health;

import io.coxswain.agent.health.EventRow.Escalation;
import io.coxswain.agent.health.Fault.Hit;
import io.coxswain.agent.health.Finding.State;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** From what is known to verdicts, by the policy alone. Pure. */
final class Judge {
  static final String NOT_MEASURED = "not-measured";
  static final String KERNEL_LOG = "kernel-log";
  static final String POLICY_REFUSED = "policy-refused";
  static final String STATE_LOST = "health-state";

  /** Checks of the judging itself, which no policy row rules. */
  static final Set<String> OWN_CHECKS =
      Set.of(NOT_MEASURED, KERNEL_LOG, POLICY_REFUSED, STATE_LOST);

  // A round may wait a minute for a driver that does not answer, and is made every few seconds.
  private static final Duration STALE = Duration.ofMinutes(3);
  private static final int LONGEST_MESSAGE = 300;

  private Judge() {}

  /**
   * All that a judgement rests on.
   *
   * @param measuredAt when the machine was last measured; empty when it was not
   * @param ownTroubles what is wrong with the judging itself
   */
  record Situation(
      String hostName,
      Instant startedAt,
      Optional<Instant> measuredAt,
      Conditions conditions,
      Faults faults,
      List<OwnTrouble> ownTroubles) {
    Situation {
      ownTroubles = List.copyOf(ownTroubles);
    }
  }

  /** Something is wrong with the judging itself. */
  record OwnTrouble(String check, Health level, String message, String expected, Instant since) {}

  static Judgement judge(Situation situation, Policy policy, Instant now) {
    List<Verdict> verdicts = new ArrayList<>();
    for (OwnTrouble trouble : situation.ownTroubles()) {
      verdicts.add(own(trouble, now));
    }
    Instant measured = situation.measuredAt().orElse(situation.startedAt());
    if (situation.measuredAt().isEmpty() || measured.plus(STALE).isBefore(now)) {
      verdicts.add(own(unmeasured(situation, measured), now));
    }
    for (Condition condition : situation.conditions().raised()) {
      verdicts.add(verdict(condition, policy));
    }
    for (Fault fault : situation.faults().list()) {
      if (fault.isOpen()) {
        verdicts.add(verdict(fault, policy, now));
      }
    }
    return new Judgement(
        now,
        verdicts.stream()
            .map(verdict -> suppressed(verdict, situation.hostName(), policy, now))
            .toList(),
        policy.size() + OWN_CHECKS.size());
  }

  private static OwnTrouble unmeasured(Situation situation, Instant measured) {
    return new OwnTrouble(
        NOT_MEASURED,
        Health.UNKNOWN,
        situation.measuredAt().isEmpty()
            ? "the machine has not been measured since the agent started"
            : "the machine was last measured at " + measured,
        "within " + STALE.toMinutes() + " minutes",
        measured);
  }

  /** What follows from a fault as things stand. */
  static Ruling ruling(Fault fault, Policy policy, Instant now) {
    Ruling ruling = first(fault, policy, now);
    return new Ruling(
        ruling.level(), ruling.drain(), ruling.action().afterRelapses(fault.relapses()));
  }

  private static Ruling first(Fault fault, Policy policy, Instant now) {
    if (fault.check().equals("xid-154")) {
      return policy.recovery(fault.code());
    }
    EventRow row = row(fault, policy);
    Ruling ruling = row.worse().getOrDefault(fault.severity(), row.ruling());
    Optional<Escalation> escalation = row.escalation().filter(e -> isReached(e, fault, now));
    if (escalation.isEmpty()) {
      return ruling;
    }
    Ruling then = escalation.get().ruling();
    return ruling.level().compareTo(then.level()) > 0 ? ruling : then;
  }

  private static EventRow row(Fault fault, Policy policy) {
    return fault.check().startsWith("xid-") ? policy.xid(fault.code()) : policy.line(fault.check());
  }

  private static boolean isReached(Escalation escalation, Fault fault, Instant now) {
    List<Hit> hits =
        fault.hits().stream()
            .filter(hit -> hit.at().plus(escalation.within()).isAfter(now))
            .toList();
    return reached(escalation.times(), hits.size())
        || reached(escalation.jobs(), different(hits, Hit::job))
        || reached(escalation.users(), different(hits, Hit::user));
  }

  private static boolean reached(int limit, long count) {
    return limit > 0 && count >= limit;
  }

  private static long different(List<Hit> hits, Function<Hit, String> part) {
    return hits.stream().map(part).filter(text -> !text.isEmpty()).distinct().count();
  }

  private static Verdict verdict(Fault fault, Policy policy, Instant now) {
    Ruling ruling = ruling(fault, policy, now);
    String message = message(fault, policy);
    if (fault.relapses() > 0) {
      message += " (again, after " + fault.relapses() + " repairs)";
    }
    return new Verdict(
        fault.check(),
        fault.subject(),
        ruling.level(),
        shortened(message),
        "",
        fault.first(),
        fault.last(),
        ruling.action(),
        ruling.drain(),
        "",
        fault.count());
  }

  // What the number means, unless the line says it itself.
  private static String message(Fault fault, Policy policy) {
    String meaning = fault.check().equals("xid-154") ? "" : row(fault, policy).text();
    if (fault.message().isEmpty() || meaning.isEmpty()) {
      return meaning + fault.message();
    }
    return fault.message().startsWith(meaning) ? fault.message() : meaning + ": " + fault.message();
  }

  private static Verdict verdict(Condition condition, Policy policy) {
    Finding finding = condition.finding();
    boolean isUnknown = finding.state() == State.UNREADABLE;
    Ruling ruling =
        condition.check().equals("recovery-action")
            ? policy.recovery(GpuChecks.recoveryAction(finding.message()))
            : policy.check(condition.check()).ruling();
    return new Verdict(
        condition.check(),
        finding.subject(),
        isUnknown ? Health.UNKNOWN : ruling.level(),
        shortened(finding.message()),
        finding.expected(),
        condition.since(),
        condition.seen(),
        isUnknown ? RepairAction.NO_REPAIR : ruling.action(),
        !isUnknown && ruling.drain(),
        "",
        0);
  }

  private static Verdict own(OwnTrouble trouble, Instant now) {
    return new Verdict(
        trouble.check(),
        "",
        trouble.level(),
        shortened(trouble.message()),
        trouble.expected(),
        trouble.since(),
        now,
        RepairAction.NO_REPAIR,
        false,
        "",
        0);
  }

  private static Verdict suppressed(Verdict verdict, String hostName, Policy policy, Instant now) {
    return policy.off().stream()
        .filter(off -> off.applies(verdict.check(), verdict.subject(), hostName, now))
        .findFirst()
        .map(off -> verdict.suppressed(off.why()))
        .orElse(verdict);
  }

  private static String shortened(String text) {
    return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) + " …" : text;
  }
}

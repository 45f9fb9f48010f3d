package io.coxswain.agent.link;

import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;

/** Verdicts to wire. */
final class VerdictEncoder {
  private VerdictEncoder() {}

  static io.coxswain.v1.Verdict encode(Verdict verdict) {
    return io.coxswain.v1.Verdict.newBuilder()
        .setCheck(verdict.check())
        .setSubject(verdict.subject())
        .setLevel(level(verdict.level()))
        .setMessage(verdict.message())
        .setExpected(verdict.expected())
        .setSince(OutcomeEncoder.timestamp(verdict.since()))
        .setObservedAt(OutcomeEncoder.timestamp(verdict.observedAt()))
        .setAction(action(verdict.action()))
        .setDrain(verdict.drain())
        .setSuppressed(verdict.suppressed())
        .setCount(verdict.count())
        .build();
  }

  private static io.coxswain.v1.Health level(Health level) {
    return switch (level) {
      case PASS -> io.coxswain.v1.Health.PASS;
      case INFO -> io.coxswain.v1.Health.INFO;
      case WARNING -> io.coxswain.v1.Health.WARNING;
      case UNKNOWN -> io.coxswain.v1.Health.UNKNOWN;
      case CRITICAL -> io.coxswain.v1.Health.CRITICAL;
    };
  }

  private static io.coxswain.v1.RepairAction action(RepairAction action) {
    return switch (action) {
      case NO_REPAIR -> io.coxswain.v1.RepairAction.NO_REPAIR;
      case RESET_GPU -> io.coxswain.v1.RepairAction.RESET_GPU;
      case REBOOT -> io.coxswain.v1.RepairAction.REBOOT;
      case REPLACE -> io.coxswain.v1.RepairAction.REPLACE;
      case HARDWARE -> io.coxswain.v1.RepairAction.HARDWARE;
    };
  }
}

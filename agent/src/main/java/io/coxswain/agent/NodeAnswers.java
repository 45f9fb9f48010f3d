package io.coxswain.agent;

import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What slurmd's programs are told of this node: {@code ok}, or {@code no} and why. From the newest
 * judgement alone, so that the answer takes no time; only an agent that has just started makes the
 * first who ask wait for its first judgement.
 */
final class NodeAnswers {
  /** Judging comes again every ten seconds: one this old is of an agent that no longer judges. */
  private static final Duration STALE = Duration.ofMinutes(1);

  // Shorter than the patience of cox-node, which then says our reason and not its own.
  private static final Duration FIRST = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition judged = lock.newCondition();
  private Judgement newest = Judgement.NONE;

  NodeAnswers(InstantSource clock) {
    this.clock = clock;
  }

  /** Takes a newer judgement. */
  void judged(Judgement judgement) {
    lock.lock();
    try {
      newest = judgement;
      judged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers one question of cox-node: "prolog JOB GPUS", "epilog JOB" or "health -". All are about
   * the same thing, whether the node may have jobs.
   */
  String answer(String question) {
    Optional<Judgement> judgement = awaited();
    if (judgement.isEmpty()) {
      return "no its agent has not judged the machine yet";
    }
    if (judgement.get().at().isBefore(clock.instant().minus(STALE))) {
      return "no its agent has judged the machine last at " + judgement.get().at();
    }
    return judgement.get().verdicts().stream()
        .filter(Verdict::drain)
        .findFirst()
        .map(NodeAnswers::refusal)
        .orElse("ok");
  }

  private static String refusal(Verdict verdict) {
    String subject = verdict.subject().isEmpty() ? "" : " " + verdict.subject();
    return "no " + (verdict.check() + subject + ": " + verdict.message()).replace('\n', ' ');
  }

  private Optional<Judgement> awaited() {
    lock.lock();
    try {
      long left = FIRST.toNanos();
      while (newest.checks() == 0 && left > 0) {
        left = judged.awaitNanos(left);
      }
      return newest.checks() == 0 ? Optional.empty() : Optional.of(newest);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }
}

package io.coxswain.agent.report;

import java.time.Instant;
import java.util.List;

/**
 * What the health policy says of this machine.
 *
 * @param verdicts worst first; a check that passes is not listed
 * @param checks how many checks were made; 0: no policy ran, and the verdicts mean nothing
 */
public record Judgement(Instant at, List<Verdict> verdicts, int checks) {
  /** Of an agent that judges nothing. */
  public static final Judgement NONE = new Judgement(Instant.EPOCH, List.of(), 0);

  public Judgement {
    verdicts = verdicts.stream().sorted(Verdict.WORST_FIRST).toList();
  }

  /** The worst of all verdicts; UNKNOWN when no policy ran, never PASS then. */
  public Health worst() {
    if (checks == 0) {
      return Health.UNKNOWN;
    }
    return verdicts.isEmpty() ? Health.PASS : verdicts.getFirst().level();
  }
}

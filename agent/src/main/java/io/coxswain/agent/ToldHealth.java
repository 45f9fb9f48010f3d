package io.coxswain.agent;

import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Verdict;
import java.time.Instant;
import java.util.List;

/**
 * The machine's health as the running agent writes it for others on this machine, every few seconds
 * anew.
 *
 * @param at when it was judged; an old one is nobody's word
 * @param worst of all verdicts, PASS when there is none
 * @param drain whether the machine's node should take no further job
 */
record ToldHealth(
    Instant at,
    String agentVersion,
    Health worst,
    boolean drain,
    int checks,
    List<Verdict> verdicts) {
  static final String FILE = "/run/coxswain-agent/health.json";

  static ToldHealth of(Judgement judgement, String agentVersion) {
    return new ToldHealth(
        judgement.at(),
        agentVersion,
        judgement.worst(),
        judgement.verdicts().stream().anyMatch(Verdict::drain),
        judgement.checks(),
        judgement.verdicts());
  }
}

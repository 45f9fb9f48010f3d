package io.coxswain.agent.metrics;

import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.StepOutcome;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Series of our own: what the health policy says, and where the agent stands. */
final class AgentSeries {
  private AgentSeries() {}

  static void write(Exposition page, Snapshot snapshot) {
    health(page, snapshot);
    Standing standing = snapshot.standing();
    page.gauge("coxswain_agent_info", "1; the label is what it is about.")
        .sample(Labels.of("version", standing.version()), 1L);
    page.gauge("coxswain_agent_link", "1 while the controller has welcomed the agent.")
        .sample(Labels.NONE, standing.isConnected());
    page.gauge("coxswain_agent_generation", "Of the assignment that the agent holds; 0: none.")
        .sample(Labels.NONE, standing.generation());
    groups(page, standing.groups());
  }

  private static void health(Exposition page, Snapshot snapshot) {
    Judgement judgement = snapshot.judgement();
    page.gauge(
            "coxswain_health_level", "0 pass, 1 info, 2 warning, 3 unknown, 4 critical: the worst.")
        .sample(Labels.NONE, number(judgement.worst()));
    if (judgement.checks() == 0) {
      return;
    }
    page.gauge("coxswain_health_age_seconds", "How old the judgement is.")
        .sample(Labels.NONE, Duration.between(judgement.at(), snapshot.now()).toMillis() / 1e3);
    page.gauge("coxswain_health_checks", "How many checks were made.")
        .sample(Labels.NONE, judgement.checks());
    page.gauge("coxswain_health_drain", "1 while the machine should take no further job.")
        .sample(Labels.NONE, judgement.verdicts().stream().anyMatch(Verdict::drain));
    page.gauge("coxswain_health_verdict", "1 for each check that does not pass.");
    for (Verdict verdict : judgement.verdicts()) {
      page.sample(
          Labels.of("check", verdict.check())
              .and("subject", verdict.subject())
              .and("level", verdict.level().name()),
          1L);
    }
  }

  private static long number(Health level) {
    return switch (level) {
      case PASS -> 0;
      case INFO -> 1;
      case WARNING -> 2;
      case UNKNOWN -> 3;
      case CRITICAL -> 4;
    };
  }

  private static void groups(Exposition page, List<GroupOutcome> groups) {
    page.gauge("coxswain_agent_group", "1; the label says how far the group of steps is.");
    for (GroupOutcome group : groups) {
      page.sample(
          Labels.of("group", group.group()).and("state", group.progress().state().name()), 1L);
    }
    page.gauge("coxswain_agent_group_attempts", "Attempts of the group's present run.");
    for (GroupOutcome group : groups) {
      page.sample(Labels.of("group", group.group()), group.progress().attempt());
    }
    page.gauge("coxswain_agent_step_seconds", "What the step took in the group's present run.");
    for (GroupOutcome group : groups) {
      // Titles need not differ within a group, series must.
      Set<String> told = new HashSet<>();
      for (StepOutcome step : group.steps()) {
        if (told.add(step.title())) {
          page.sample(
              Labels.of("group", group.group())
                  .and("step", step.title())
                  .and("result", step.result().name()),
              step.took().toNanos() / 1e9);
        }
      }
    }
  }
}

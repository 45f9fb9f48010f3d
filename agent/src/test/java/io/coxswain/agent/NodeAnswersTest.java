package io.coxswain.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.RepairAction;
import io.coxswain.agent.report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node's answer follows the newest judgement, and is no without one. */
class NodeAnswersTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Verdict LOST =
      new Verdict(
          "xid-79",
          "0000:18:00.0",
          Health.CRITICAL,
          "GPU has fallen\noff the bus",
          "",
          NOON,
          NOON,
          RepairAction.REBOOT,
          true,
          "",
          1);

  private final NodeAnswers answers = new NodeAnswers(InstantSource.fixed(NOON));

  @Test
  void aNodeThatIsWellMayHaveJobs() {
    answers.judged(new Judgement(NOON, List.of(), 40));
    assertThat(answers.answer("prolog 7")).isEqualTo("ok");
  }

  @Test
  void aNodeThatIsToBeDrainedMayNotAndSaysWhyInOneLine() {
    answers.judged(new Judgement(NOON, List.of(LOST), 40));
    assertThat(answers.answer("prolog 7"))
        .isEqualTo("no xid-79 0000:18:00.0: GPU has fallen off the bus");
    answers.judged(new Judgement(NOON, List.of(LOST.suppressed("known, until Friday")), 40));
    assertThat(answers.answer("prolog 7")).isEqualTo("ok");
  }

  @Test
  void aJudgementOfLongAgoIsNone() {
    answers.judged(new Judgement(NOON.minus(Duration.ofMinutes(2)), List.of(), 40));
    assertThat(answers.answer("prolog 7"))
        .startsWith("no its agent has judged the machine last at");
  }

  @Test
  void whoAsksBeforeTheFirstJudgementIsAnsweredByIt() throws Exception {
    CompletableFuture<String> asked =
        CompletableFuture.supplyAsync(() -> answers.answer("prolog 7"));
    answers.judged(new Judgement(NOON, List.of(LOST), 40));
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith("no xid-79");
  }
}

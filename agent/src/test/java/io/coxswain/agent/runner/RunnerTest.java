package io.coxswain.agent.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.report.Failure;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.State;
import io.coxswain.agent.report.StepOutcome;
import io.coxswain.agent.step.Content;
import io.coxswain.agent.step.InstallPackages;
import io.coxswain.agent.step.MakeDirectory;
import io.coxswain.agent.step.ReadySlurmNodes;
import io.coxswain.agent.step.RunUnit;
import io.coxswain.agent.step.Step;
import io.coxswain.agent.step.WriteFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order, failure, patience and drift, in virtual time. */
class RunnerTest {
  private static final Access ROOT = new Access(0644, "root", "root");

  private final FakeHost host = new FakeHost("gpu01");
  private final List<GroupOutcome> told = new ArrayList<>();
  private final Runner runner = new Runner(host, told::add);

  @Test
  void stepsRunInOrderAndEachChangeIsTold() {
    run(1, group("host", write("/etc/a", "1"), write("/etc/b", "2")));
    assertThat(host.files().text("/etc/b")).isEqualTo("2");
    assertThat(told)
        .extracting(outcome -> outcome.progress().state() + " " + outcome.progress().stepNumber())
        .containsExactly("WAITING 1", "RUNNING 1", "RUNNING 2", "DONE 2");
    assertThat(outcome("host").steps())
        .extracting(StepOutcome::result)
        .containsOnly(StepOutcome.Result.CHANGED);
  }

  @Test
  void aSecondRunFindsNothingToDo() {
    run(1, group("host", write("/etc/a", "1")));
    run(2, group("host", write("/etc/a", "1")));
    assertThat(outcome("host").steps())
        .extracting(StepOutcome::result)
        .containsOnly(StepOutcome.Result.UNCHANGED);
    assertThat(outcome("host").generation()).isEqualTo(2);
  }

  @Test
  void anAssignmentThatIsNotNewerIsRefused() {
    run(2, group("host", write("/etc/a", "1")));
    assertThat(runner.offer(new Assignment(2, List.of()))).isFalse();
    assertThat(runner.offer(new Assignment(1, List.of()))).isFalse();
    assertThat(runner.generation()).isEqualTo(2);
  }

  @Test
  void aGroupWaitsForThoseBeforeItAndOthersDoNot() {
    host.packages().lock(true);
    run(
        1,
        group("host", new InstallPackages(List.of("munge"))),
        new Group("node", List.of("host"), 0, steps(write("/etc/node", "1"))),
        group("other", write("/etc/other", "1")));
    assertThat(outcome("host").progress().state()).isEqualTo(State.FAILED);
    assertThat(outcome("node").progress().state()).isEqualTo(State.WAITING);
    assertThat(outcome("other").progress().state()).isEqualTo(State.DONE);
    host.packages().lock(false);
    pass(Duration.ofSeconds(2));
    assertThat(outcome("node").progress().state()).isEqualTo(State.DONE);
  }

  @Test
  void aFailureSaysWhyAndIsTriedAgainWithLongerPauses() {
    host.packages().withdraw("slurmd", true);
    run(1, group("host", new InstallPackages(List.of("slurmd"))));
    Failure failure = outcome("host").failure().orElseThrow();
    assertThat(failure.reason()).isEqualTo("PACKAGE_NOT_FOUND");
    assertThat(failure.message()).contains("slurmd");
    assertThat(failure.nextAction()).isNotEmpty();
    List<Long> pauses = new ArrayList<>();
    for (int attempt = 2; attempt <= 8; attempt++) {
      Instant before = host.clock().instant();
      while (outcome("host").progress().attempt() < attempt) {
        host.clock().advance(Duration.ofSeconds(1));
        settle();
      }
      pauses.add(Duration.between(before, host.clock().instant()).toSeconds());
    }
    assertThat(pauses).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }

  @Test
  void anotherRetryCountsAttemptsAnewAndStartsAtOnce() {
    host.packages().withdraw("slurmd", true);
    run(1, group("host", new InstallPackages(List.of("slurmd"))));
    pass(Duration.ofSeconds(30));
    assertThat(outcome("host").progress().attempt()).isGreaterThan(2);
    run(2, group("host", new InstallPackages(List.of("slurmd"))));
    assertThat(outcome("host").progress().attempt()).isGreaterThan(3);
    run(3, new Group("host", List.of(), 1, steps(new InstallPackages(List.of("slurmd")))));
    assertThat(outcome("host").progress().attempt()).isEqualTo(1);
    assertThat(outcome("host").retry()).isEqualTo(1);
  }

  @Test
  void aStepThatThrowsWhatNobodyExpectedFailsItsGroupAlone() {
    host.effects()
        .listen(
            point -> {
              if (point.equals("before write /etc/bad")) {
                throw new IllegalStateException("boom");
              }
            });
    run(1, group("bad", write("/etc/bad", "1")), group("good", write("/etc/good", "1")));
    assertThat(outcome("bad").failure().orElseThrow().reason()).isEqualTo("UNEXPECTED");
    assertThat(outcome("bad").failure().orElseThrow().message())
        .isEqualTo("java.lang.IllegalStateException: boom");
    assertThat(outcome("good").progress().state()).isEqualTo(State.DONE);
  }

  @Test
  void driftIsMendedWithinAMinute() {
    run(1, group("host", write("/etc/a", "1")));
    host.files().put("/etc/a", "tampered");
    pass(Duration.ofSeconds(59));
    assertThat(host.files().text("/etc/a")).isEqualTo("tampered");
    told.clear();
    pass(Duration.ofSeconds(1));
    assertThat(host.files().text("/etc/a")).isEqualTo("1");
    assertThat(told).extracting(outcome -> outcome.progress().state()).containsExactly(State.DONE);
    assertThat(outcome("host").steps().getFirst().result()).isEqualTo(StepOutcome.Result.CHANGED);
  }

  @Test
  void convergingWithoutDriftTellsNothing() {
    run(1, group("host", write("/etc/a", "1")), group("other", write("/etc/b", "1")));
    told.clear();
    pass(Duration.ofMinutes(5));
    assertThat(told).isEmpty();
  }

  @Test
  void whatWaitsIsLookedAtAgainAndOthersGoOn() {
    host.packages().install(List.of("slurm-client"));
    host.files().createDirectory("/etc/coxswain/clusters/c-1", new Access(0755, "root", "root"));
    host.files().put("/etc/coxswain/clusters/c-1/slurm.conf", "SlurmctldPort=1\n");
    run(
        1,
        group("nodes", new ReadySlurmNodes("c-1", List.of("c-1-0"))),
        group("other", write("/etc/b", "1")));
    assertThat(outcome("nodes").progress().state()).isEqualTo(State.RUNNING);
    assertThat(outcome("nodes").progress().waitingFor()).contains("does not answer");
    assertThat(outcome("other").progress().state()).isEqualTo(State.DONE);
    pass(Duration.ofSeconds(89));
    assertThat(outcome("nodes").progress().state()).isEqualTo(State.RUNNING);
    pass(Duration.ofSeconds(10));
    assertThat(outcome("nodes").failure().orElseThrow().reason()).isEqualTo("DEADLINE_EXCEEDED");
  }

  @Test
  void whatIsBlockedFailsWithItsReason() {
    host.files().put("/etc/taken", "file");
    run(1, group("host", new MakeDirectory("/etc/taken", ROOT)));
    assertThat(outcome("host").failure().orElseThrow().reason()).isEqualTo("BLOCKED");
  }

  @Test
  void aDiskThatIsFullIsNamedAndForgottenWhenThereIsSpace() {
    host.files().fill(true);
    run(1, group("host", write("/etc/a", "1")));
    assertThat(outcome("host").failure().orElseThrow().reason()).isEqualTo("DISK_FULL");
    host.files().fill(false);
    pass(Duration.ofSeconds(2));
    assertThat(outcome("host").progress().state()).isEqualTo(State.DONE);
    assertThat(outcome("host").failure()).isEmpty();
  }

  @Test
  void groupsThatFailWhileConvergingAreTold() {
    host.files().put("/etc/systemd/system/coxswain-x.service", "[Service]\n");
    run(1, group("host", new RunUnit("coxswain-x.service", List.of(), List.of())));
    host.units().breakUnit("coxswain-x.service", "out of memory");
    host.units().kill("coxswain-x.service");
    pass(Duration.ofMinutes(1));
    assertThat(outcome("host").progress().state()).isEqualTo(State.FAILED);
    assertThat(outcome("host").failure().orElseThrow().tail()).containsExactly("out of memory");
  }

  @Test
  void anEmptyGroupIsDone() {
    run(1, group("host"));
    assertThat(outcome("host").progress().state()).isEqualTo(State.DONE);
  }

  @Test
  void aDryRunChangesNothing() {
    List<String> before = host.snapshot();
    Assignment assignment =
        new Assignment(
            1, List.of(group("host", write("/etc/a", "1"), new InstallPackages(List.of("x")))));
    assertThat(DryRun.of(host, assignment))
        .extracting(DryRun.Line::changes)
        .containsExactly(List.of("/etc/a: create, 1 bytes"), List.of("install x"));
    assertThat(host.snapshot()).isEqualTo(before);
  }

  private void run(long generation, Group... groups) {
    assertThat(runner.offer(new Assignment(generation, List.of(groups)))).isTrue();
    settle();
  }

  /** Advances until nothing is due. */
  private Instant settle() {
    Instant next = runner.advance();
    for (int i = 0; i < 1000 && !next.isAfter(host.clock().instant()); i++) {
      next = runner.advance();
    }
    return next;
  }

  private void pass(Duration duration) {
    Instant end = host.clock().instant().plus(duration);
    for (Instant next = settle(); !next.isAfter(end); next = settle()) {
      host.clock().advanceTo(next);
    }
    host.clock().advanceTo(end);
    settle();
  }

  private GroupOutcome outcome(String group) {
    return runner.outcomes().stream()
        .filter(outcome -> outcome.group().equals(group))
        .findFirst()
        .orElseThrow();
  }

  private static Group group(String name, Step... steps) {
    return new Group(name, List.of(), 0, steps(steps));
  }

  private static List<PlannedStep> steps(Step... steps) {
    return java.util.Arrays.stream(steps)
        .map(step -> new PlannedStep(step.getClass().getSimpleName(), step))
        .toList();
  }

  private static WriteFile write(String path, String text) {
    return new WriteFile(path, Content.of(text), ROOT, false);
  }
}

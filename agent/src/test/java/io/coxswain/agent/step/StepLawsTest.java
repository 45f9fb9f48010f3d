package io.coxswain.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.Clearances;
import io.coxswain.agent.host.Crash;
import io.coxswain.agent.host.FakeHost;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is true of every step there is. */
class StepLawsTest {
  static Stream<StepCases.Case> cases() {
    return StepCases.all().stream();
  }

  @Test
  void everyKindOfStepIsTestedHere() {
    Set<Class<?>> tested =
        cases().map(example -> example.step().getClass()).collect(Collectors.toSet());
    assertThat(tested).containsExactlyInAnyOrder(Step.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void checkingFindsTheDriftAndChangesNothing(StepCases.Case example) {
    FakeHost host = example.machine().get();
    List<String> before = host.snapshot();
    assertThat(example.step().check(host)).isInstanceOf(Check.Drift.class);
    assertThat(host.snapshot()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void applyingMakesTheCheckSayInSync(StepCases.Case example) {
    FakeHost host = example.machine().get();
    example.step().apply(host);
    assertThat(afterAWhile(example, host)).isInstanceOf(Check.InSync.class);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void applyingAgainIsHarmless(StepCases.Case example) {
    FakeHost host = example.machine().get();
    example.step().apply(host);
    example.step().apply(host);
    assertThat(afterAWhile(example, host)).isInstanceOf(Check.InSync.class);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anAgentThatDiesAnywhereInsideFindsItsWayTheNextTime(StepCases.Case example) {
    int points = points(example);
    assertThat(points).isPositive();
    for (int point = 0; point < points; point++) {
      FakeHost host = example.machine().get();
      crashAt(host, point);
      try {
        example.step().apply(host);
        throw new AssertionError("point " + point + " was not reached");
      } catch (Crash expected) {
        host.effects().listen(name -> {});
      }
      if (!(example.step().check(host) instanceof Check.InSync)) {
        example.step().apply(host);
      }
      assertThat(afterAWhile(example, host))
          .as("after a crash at point %d", point)
          .isInstanceOf(Check.InSync.class);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalParametersMakeEqualSteps(StepCases.Case example) {
    List<Step> again =
        cases().map(StepCases.Case::step).filter(step -> step.equals(example.step())).toList();
    assertThat(again).hasSize(1);
    assertThat(again.getFirst()).isNotSameAs(example.step()).hasSameHashCodeAs(example.step());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noSecretIsPrinted(StepCases.Case example) {
    FakeHost host = example.machine().get();
    assertThat(example.step().toString() + example.step().check(host))
        .doesNotContain(StepCases.SECRET);
  }

  /** The check once the agent's health watch had its turn. */
  private static Check afterAWhile(StepCases.Case example, FakeHost host) {
    Clearances clearances = new Clearances(host.files());
    clearances.open().forEach(wish -> clearances.done(wish.id()));
    return example.step().check(host);
  }

  private static int points(StepCases.Case example) {
    FakeHost host = example.machine().get();
    AtomicInteger count = new AtomicInteger();
    host.effects().listen(name -> count.incrementAndGet());
    example.step().apply(host);
    return count.get();
  }

  private static void crashAt(FakeHost host, int point) {
    AtomicInteger left = new AtomicInteger(point);
    host.effects()
        .listen(
            name -> {
              if (left.getAndDecrement() == 0) {
                throw new Crash(name);
              }
            });
  }

  @Test
  void namesOfStepsAreImperative() {
    assertThat(Arrays.stream(Step.class.getPermittedSubclasses()).map(Class::getSimpleName))
        .allMatch(
            name ->
                name.matches(
                    "(Add|Check|Clear|Compile|Delete|Drain|End|Install|Load|Make|Measure|Mount|Power|Prove|Quiesce|Ready|Reboot|Remove|Reset|Restore|Retest|Run|Set|Unmount|Write)[A-Z].*"));
  }
}

package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was begun is begun once, and how it ended is told once. */
class BackgroundTest {
  private final List<Runnable> held = new ArrayList<>();
  private final Background background = new Background(held::add);

  @Test
  void whatIsOnItsWayIsNotBegunAgain() {
    assertThat(background.isOnItsWay("a")).isFalse();
    background.begin("a", () -> {});
    background.begin("a", () -> {});
    background.begin("b", () -> {});
    assertThat(held).hasSize(2);
    assertThat(background.isOnItsWay("a")).isTrue();
    held.forEach(Runnable::run);
    assertThat(background.isOnItsWay("a")).isFalse();
    background.begin("a", () -> {});
    assertThat(held).hasSize(3);
  }

  @Test
  void aFailureIsThrownOnceAndThenItMayBeginAgain() {
    background.begin(
        "a",
        () -> {
          throw new HostException(HostException.Reason.CHECK_FAILED, "no luck");
        });
    held.getFirst().run();
    assertThatThrownBy(() -> background.isOnItsWay("a")).hasMessage("no luck");
    assertThat(background.isOnItsWay("a")).isFalse();
    background.begin("a", () -> {});
    assertThat(background.isOnItsWay("a")).isTrue();
  }

  @Test
  void whatDiedOfAnErrorIsNotOnItsWayForEver() {
    background.begin(
        "a",
        () -> {
          throw new AssertionError();
        });
    assertThatThrownBy(held.getFirst()::run).isInstanceOf(AssertionError.class);
    assertThat(background.isOnItsWay("a")).isFalse();
  }
}

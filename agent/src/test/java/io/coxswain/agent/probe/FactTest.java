package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FactTest {
  private final PaperHost host = new PaperHost();
  private final AtomicInteger probed = new AtomicInteger();
  private final AtomicInteger stamp = new AtomicInteger();

  @Test
  void aFactIsReadAgainWhenItsPeriodIsOver() {
    Fact<Integer> fact = fact(Duration.ofMinutes(1));

    assertThat(value(fact)).isEqualTo(1);
    host.pass(Duration.ofSeconds(59));
    assertThat(value(fact)).isEqualTo(1);
    host.pass(Duration.ofSeconds(1));
    assertThat(value(fact)).isEqualTo(2);
  }

  @Test
  void aFactIsReadAgainAtOnceWhenItsStampChanges() {
    Fact<Integer> fact = fact(Duration.ofMinutes(1));

    assertThat(value(fact)).isEqualTo(1);
    stamp.incrementAndGet();
    assertThat(value(fact)).isEqualTo(2);
    assertThat(value(fact)).isEqualTo(2);
  }

  @Test
  void aForgottenFactIsReadAgain() {
    Fact<Integer> fact = fact(Duration.ofMinutes(1));

    assertThat(value(fact)).isEqualTo(1);
    fact.forget();
    assertThat(value(fact)).isEqualTo(2);
  }

  @Test
  void whateverAProbeThrowsIsAFailureOfItsFactAlone() {
    Fact<Integer> fact =
        new Fact<>(
            Duration.ofMinutes(1),
            () -> {
              throw new IndexOutOfBoundsException("3");
            });

    assertThat(fact.read(host.clock()))
        .isEqualTo(
            new Reading.Failed<Integer>(
                FailureReason.UNREADABLE, "java.lang.IndexOutOfBoundsException: 3"));
  }

  @Test
  void aFailureIsTriedAgainTenTimesItsCostLater() {
    Fact<Integer> fact =
        new Fact<>(
            Duration.ofMinutes(10),
            () -> {
              probed.incrementAndGet();
              host.pass(Duration.ofSeconds(2));
              throw new Unreadable(FailureReason.TIMED_OUT, "late");
            });

    fact.read(host.clock());
    host.pass(Duration.ofSeconds(19));
    fact.read(host.clock());
    assertThat(probed).hasValue(1);
    host.pass(Duration.ofSeconds(1));
    fact.read(host.clock());
    assertThat(probed).hasValue(2);
  }

  private Fact<Integer> fact(Duration period) {
    return new Fact<>(
        period,
        stamp::get,
        () -> new Reading.Known<>(probed.incrementAndGet(), host.clock().instant()));
  }

  private int value(Fact<Integer> fact) {
    return fact.read(host.clock()).known().orElseThrow();
  }
}

package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.C1;
import static io.coxswain.controller.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every store forgets, and what it never does. */
abstract class ForgettingContract extends OpenStore {
  @Test
  void tokensAreForgottenOnceTheyExpiredLongEnoughAgo() {
    write(tx -> tx.save(Samples.token("ab")));
    Instant expiry = Samples.token("ab").expiresAt();
    assertThat(forget(tx -> tx.forgetJoinTokens(expiry))).isZero();
    assertThat(one(tx -> tx.joinToken("ab"))).isPresent();
    assertThat(forget(tx -> tx.forgetJoinTokens(expiry.plusNanos(1)))).isEqualTo(1);
    assertThat(one(tx -> tx.joinToken("ab"))).isEmpty();
  }

  @Test
  void operationsAreForgottenOnceTheyEndedLongEnoughAgoAndNeverBefore() {
    Operation open = Samples.operation("o-1", "r-1", NOON.minus(Duration.ofDays(900)));
    Operation ended =
        Samples.operation("o-2", "r-2", NOON).ended(Operation.State.FAILED, NOON, "why");
    write(
        tx -> {
          tx.save(open);
          tx.save(ended);
        });
    assertThat(forget(tx -> tx.forgetOperations(NOON))).isZero();
    assertThat(forget(tx -> tx.forgetOperations(NOON.plusNanos(1)))).isEqualTo(1);
    assertThat(list(Transaction::operations)).containsExactly(open);
    assertThat(one(tx -> tx.operationByRequest("r-2"))).isEmpty();
  }

  @Test
  void eventsAreForgottenByAgeAndByNumber() {
    append(1, 2, 3, 4, 5);
    assertThat(forget(tx -> tx.forgetEvents(at(3), 100))).isEqualTo(2);
    assertThat(messages()).containsExactly("3", "4", "5");
    assertThat(forget(tx -> tx.forgetEvents(at(0), 2))).isEqualTo(1);
    assertThat(messages()).containsExactly("4", "5");
    assertThat(list(tx -> tx.events(Optional.of(C1), 4, 10))).hasSize(1);
  }

  @Test
  void theNewestEventIsKeptSoThatNoNumberIsGivenTwice() {
    append(1, 2);
    assertThat(forget(tx -> tx.forgetEvents(at(100), 0))).isEqualTo(1);
    append(3);
    assertThat(list(tx -> tx.events(Optional.empty(), 0, 10)))
        .extracting(Event::number)
        .containsExactly(2L, 3L);
  }

  @Test
  void whatWasForgottenInAnUndoneWriteIsStillThere() {
    append(1, 2, 3);
    write(tx -> tx.save(Samples.token("ab")));
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      tx.forgetEvents(at(100), 0);
                      tx.forgetJoinTokens(at(100_000));
                      throw new IllegalArgumentException("undo");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(messages()).containsExactly("1", "2", "3");
    assertThat(one(tx -> tx.joinToken("ab"))).isPresent();
  }

  @Test
  void theKeyOfAClusterGoesWithIt() {
    Cluster gone = Samples.cluster(C1, "train").destroyed(NOON);
    write(tx -> tx.save(Samples.cluster(C1, "train")));
    write(tx -> tx.save(gone));
    assertThat(one(tx -> tx.cluster(C1)).orElseThrow().mungeKey().bytes()).isEmpty();
    assertThat(one(tx -> tx.cluster(C1))).contains(gone);
  }

  private static Instant at(int second) {
    return NOON.plusSeconds(second);
  }

  private void append(int... seconds) {
    for (int second : seconds) {
      write(tx -> tx.append(Event.of(at(second), C1.value(), "", "", "X", String.valueOf(second))));
    }
  }

  private List<String> messages() {
    return list(tx -> tx.events(Optional.empty(), 0, 100)).stream().map(Event::message).toList();
  }

  private int forget(Function<Transaction, Integer> which) {
    return store().write(which);
  }
}

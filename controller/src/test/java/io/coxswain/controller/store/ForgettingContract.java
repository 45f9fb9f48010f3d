package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.C1;
import static io.coxswain.controller.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.NodeTest;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every store forgets, and what it never does. */
abstract class ForgettingContract extends PowerContract {
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
  void aTestIsKeptWholeAndForgottenWithItsOperation() {
    Operation operation = Samples.operation("o-1", "r-1", NOON);
    NodeTest open =
        new NodeTest(
            "o-1", C1, List.of("c-00a1-0"), 8, true, NOON, Optional.empty(), "skipped - a - b");
    assertThatThrownBy(() -> write(tx -> tx.save(open))).isInstanceOf(StoreException.class);
    write(
        tx -> {
          tx.save(operation);
          tx.save(open);
        });
    assertThat(list(Transaction::nodeTests)).containsExactly(open);
    assertThat(one(tx -> tx.newestNodeTest(C1))).contains(open);
    NodeTest ended = open.ended(NOON, "measured mpi-latency a b 1.0 us");
    write(
        tx -> {
          tx.save(ended);
          tx.save(operation.ended(Operation.State.SUCCEEDED, NOON, ""));
        });
    assertThat(list(Transaction::nodeTests)).isEmpty();
    assertThat(one(tx -> tx.nodeTest("o-1"))).contains(ended);
    assertThat(forget(tx -> tx.forgetOperations(NOON.plusNanos(1)))).isEqualTo(1);
    assertThat(one(tx -> tx.nodeTest("o-1"))).isEmpty();
  }

  @Test
  void aMeasurementReplacesTheOneOfItsKindAndPeersAndGoesWithItsMachine() {
    Measurement first =
        new Measurement("m-1", "mpi-latency", "nodes", "us", 1.5, NOON, 1.5, NOON, 8, "o-1");
    Measurement self =
        new Measurement("m-1", "mpi-latency", "self", "us", 0.3, NOON, 0.3, NOON, 8, "o-1");
    Measurement next =
        new Measurement("m-1", "mpi-latency", "nodes", "us", 1.5, NOON, 2.5, NOON, 9, "o-2");
    assertThatThrownBy(() -> write(tx -> tx.save(first))).isInstanceOf(StoreException.class);
    write(
        tx -> {
          tx.save(Samples.machine("m-1", "gpu01"));
          tx.save(self);
          tx.save(first);
          tx.save(next);
        });
    assertThat(list(tx -> tx.measurements("m-1"))).containsExactly(next, self);
    assertThat(list(tx -> tx.measurements("m-2"))).isEmpty();
    write(tx -> tx.removeMachine("m-1"));
    assertThat(list(tx -> tx.measurements("m-1"))).isEmpty();
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

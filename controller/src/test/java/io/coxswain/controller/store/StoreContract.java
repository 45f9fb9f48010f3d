package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.C1;
import static io.coxswain.controller.store.Samples.C2;
import static io.coxswain.controller.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Instance;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.observed.Machine;
import io.coxswain.controller.spec.Nodepool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every store keeps to. */
abstract class StoreContract extends ForgettingContract {
  @Test
  void anEmptyStoreKnowsNothing() {
    boolean checked =
        store()
            .read(
                tx -> {
                  assertThat(tx.machines()).isEmpty();
                  assertThat(tx.machine("m-1")).isEmpty();
                  assertThat(tx.machineByName("gpu01")).isEmpty();
                  assertThat(tx.report("m-1")).isEmpty();
                  assertThat(tx.clusters()).isEmpty();
                  assertThat(tx.clustersEver()).isEmpty();
                  assertThat(tx.cluster(C1)).isEmpty();
                  assertThat(tx.clusterByName("train")).isEmpty();
                  assertThat(tx.instances()).isEmpty();
                  assertThat(tx.instances(C1)).isEmpty();
                  assertThat(tx.instance("c-00a1-0")).isEmpty();
                  assertThat(tx.operations()).isEmpty();
                  assertThat(tx.operation("o-1")).isEmpty();
                  assertThat(tx.operationByRequest("")).isEmpty();
                  assertThat(tx.events(Optional.empty(), 0, 10)).isEmpty();
                  assertThat(tx.joinToken("ab")).isEmpty();
                  return true;
                });
    assertThat(checked).isTrue();
  }

  @Test
  void machinesComeBackWholeAndByName() {
    Machine second = Samples.machine("m-1", "gpu02");
    Machine first = Samples.machine("m-2", "gpu01");
    write(tx -> tx.save(second));
    write(tx -> tx.save(first));
    assertThat(list(Transaction::machines)).containsExactly(first, second);
    assertThat(one(tx -> tx.machine("m-1"))).contains(second);
    assertThat(one(tx -> tx.machineByName("gpu01"))).contains(first);
  }

  @Test
  void savingAgainReplaces() {
    Machine machine = Samples.machine("m-1", "gpu01");
    Machine cleaned = machine.cleaned(NOON).assigned(7, "");
    write(tx -> tx.save(machine));
    write(tx -> tx.save(cleaned));
    assertThat(list(Transaction::machines)).containsExactly(cleaned);
  }

  @Test
  void aMachinesNameIsTakenUntilItIsRemoved() {
    write(tx -> tx.save(Samples.machine("m-1", "gpu01")));
    Machine other = Samples.machine("m-2", "gpu01");
    assertThatThrownBy(() -> write(tx -> tx.save(other)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'gpu01'");
    write(tx -> tx.removeMachine("m-1"));
    write(tx -> tx.save(other));
    assertThat(list(Transaction::machines)).containsExactly(other);
  }

  @Test
  void aReportIsTheNewestAndGoesWithItsMachine() {
    byte[] newest = "newest".getBytes(StandardCharsets.UTF_8);
    write(tx -> tx.save(Samples.machine("m-1", "gpu01")));
    write(tx -> tx.saveReport("m-1", new byte[] {0, -1}));
    write(tx -> tx.saveReport("m-1", newest));
    assertThat(one(tx -> tx.report("m-1")).orElseThrow())
        .isEqualTo("newest".getBytes(StandardCharsets.UTF_8));
    write(tx -> tx.removeMachine("m-1"));
    assertThat(one(tx -> tx.report("m-1"))).isEmpty();
  }

  @Test
  void aReportOfNoMachineIsRefused() {
    assertThatThrownBy(() -> write(tx -> tx.saveReport("m-9", new byte[1])))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'m-9'");
  }

  @Test
  void clustersComeBackWholeByNameAndEverByAge() {
    Cluster older = Samples.cluster(C1, "zeta");
    Cluster newer = Samples.later(Samples.cluster(C2, "alpha"), Duration.ofSeconds(1));
    write(
        tx -> {
          tx.save(older);
          tx.save(newer);
        });
    assertThat(list(Transaction::clusters)).containsExactly(newer, older);
    assertThat(one(tx -> tx.cluster(C1))).contains(older);
    assertThat(one(tx -> tx.clusterByName("alpha"))).contains(newer);
    Cluster gone = newer.destroyed(NOON);
    write(tx -> tx.save(gone));
    assertThat(list(Transaction::clusters)).containsExactly(older);
    assertThat(list(Transaction::clustersEver)).containsExactly(gone, older);
    assertThat(one(tx -> tx.cluster(C2))).contains(gone);
    assertThat(one(tx -> tx.clusterByName("alpha"))).isEmpty();
  }

  @Test
  void clustersOfOneInstantAreSortedById() {
    Cluster first = Samples.cluster(C1, "zeta");
    Cluster second = Samples.cluster(C2, "alpha");
    write(tx -> tx.save(second));
    write(tx -> tx.save(first));
    assertThat(list(Transaction::clustersEver)).containsExactly(first, second);
  }

  @Test
  void aClustersNameIsTakenWhileItLives() {
    Cluster first = Samples.cluster(C1, "train");
    Cluster second = Samples.cluster(C2, "train");
    write(tx -> tx.save(first));
    assertThatThrownBy(() -> write(tx -> tx.save(second)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'train'");
    write(tx -> tx.save(first.destroyed(NOON)));
    write(tx -> tx.save(second));
    assertThat(one(tx -> tx.clusterByName("train"))).contains(second);
  }

  @Test
  void instancesComeBackWholeTheJumphostFirstThenByNumber() {
    List<Instance> all =
        Stream.of(Instance.JUMPHOST, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
            .map(index -> Samples.instance(C1, index))
            .toList();
    write(
        tx -> {
          tx.save(Samples.cluster(C1, "train"));
          all.reversed().forEach(tx::save);
        });
    assertThat(list(tx -> tx.instances(C1))).isEqualTo(all);
    assertThat(one(tx -> tx.instance("c-00a1-10"))).contains(all.getLast());
    assertThat(list(tx -> tx.instances(C2))).isEmpty();
  }

  @Test
  void instancesOfAllAreThoseOfLivingClusters() {
    Cluster gone = Samples.cluster(C1, "train");
    Instance pending = Instance.pending(C2, 0, Nodepool.MAIN, NOON);
    write(
        tx -> {
          tx.save(gone);
          tx.save(Samples.cluster(C2, "other"));
          tx.save(pending);
          tx.save(Samples.instance(C1, 0));
        });
    assertThat(list(Transaction::instances)).containsExactly(Samples.instance(C1, 0), pending);
    write(tx -> tx.save(gone.destroyed(NOON)));
    assertThat(list(Transaction::instances)).containsExactly(pending);
    assertThat(list(tx -> tx.instances(C1))).containsExactly(Samples.instance(C1, 0));
  }

  @Test
  void anInstanceOfNoClusterIsRefused() {
    assertThatThrownBy(() -> write(tx -> tx.save(Samples.instance(C1, 0))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'c-00a1-0'");
  }

  @Test
  void operationsComeBackTheNewestFirst() {
    Operation older = Samples.operation("o-1", "r-1", NOON);
    Operation newer = Samples.operation("o-0", "r-2", NOON.plusNanos(1));
    write(tx -> tx.save(newer));
    write(tx -> tx.save(older));
    assertThat(list(Transaction::operations)).containsExactly(newer, older);
    Operation ended = older.ended(Operation.State.FAILED, NOON, "no capacity");
    write(tx -> tx.save(ended));
    assertThat(one(tx -> tx.operation("o-1"))).contains(ended);
    assertThat(one(tx -> tx.operationByRequest("r-1"))).contains(ended);
    assertThat(one(tx -> tx.operationByRequest("r-9"))).isEmpty();
  }

  @Test
  void aRequestIdStartsOneOperationAlone() {
    write(tx -> tx.save(Samples.operation("o-1", "r-1", NOON)));
    assertThatThrownBy(() -> write(tx -> tx.save(Samples.operation("o-2", "r-1", NOON))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'r-1'");
    write(tx -> tx.save(Samples.operation("o-3", "", NOON)));
    write(tx -> tx.save(Samples.operation("o-4", "", NOON)));
    assertThat(one(tx -> tx.operationByRequest(""))).isEmpty();
    assertThat(list(Transaction::operations))
        .extracting(Operation::id)
        .containsExactly("o-1", "o-3", "o-4");
  }

  @Test
  void eventsAreNumberedFromOneAndCutWhereAsked() {
    write(
        tx -> {
          Stream.of("a", "b").forEach(message -> tx.append(Samples.event(C1, message)));
          tx.append(Samples.event(C2, "c"));
        });
    write(tx -> tx.append(new Event(77, NOON, C1.value(), "", "", "K", "d")));
    assertThat(messages(Optional.empty(), 0, 10)).containsExactly("1a", "2b", "3c", "4d");
    assertThat(messages(Optional.empty(), 2, 10)).containsExactly("3c", "4d");
    assertThat(messages(Optional.of(C1), 1, 10)).containsExactly("2b", "4d");
    assertThat(messages(Optional.of(C1), 0, 2)).containsExactly("1a", "2b");
    assertThat(messages(Optional.empty(), 0, 0)).isEmpty();
    assertThat(messages(Optional.empty(), 0, -1)).isEmpty();
    assertThat(messages(Optional.empty(), 9, 10)).isEmpty();
    assertThat(list(tx -> tx.events(Optional.of(C2), 0, 1)))
        .containsExactly(
            new Event(3, NOON, "c-00a2", "c-00a2-jumphost", "jumphost", "MACHINE_LEASED", "c"));
  }

  @Test
  void joinTokensComeBackWhole() {
    JoinToken token = Samples.token("ab");
    write(tx -> tx.save(token));
    assertThat(one(tx -> tx.joinToken("ab"))).contains(token);
    write(tx -> tx.save(token.used()));
    assertThat(one(tx -> tx.joinToken("ab")).orElseThrow().usesLeft()).isEqualTo(2);
  }

  @Test
  void aSequenceNeverGivesANumberTwice() {
    assertThat(store().<Integer>write(tx -> tx.next("uid", 20_000))).isEqualTo(20_000);
    assertThat(store().<Integer>write(tx -> tx.next("uid", 20_000) + tx.next("uid", 0)))
        .isEqualTo(20_001 + 20_002);
    assertThat(store().<Integer>write(tx -> tx.next("port", 1))).isEqualTo(1);
  }

  @Test
  void whatThrowsIsUndoneWhole() {
    write(
        tx -> {
          tx.save(Samples.machine("m-1", "gpu01"));
          tx.saveReport("m-1", new byte[] {1});
        });
    IllegalArgumentException thrown = new IllegalArgumentException("changed my mind");
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      tx.save(Samples.machine("m-1", "gpu09"));
                      tx.save(Samples.machine("m-2", "gpu02"));
                      tx.saveReport("m-2", new byte[] {2});
                      tx.removeMachine("m-1");
                      tx.save(Samples.cluster(C1, "train"));
                      tx.save(Samples.instance(C1, 0));
                      tx.save(Samples.operation("o-1", "r-1", NOON));
                      tx.append(Samples.event(C1, "x"));
                      tx.save(Samples.token("ab"));
                      tx.next("uid", 20_000);
                      throw thrown;
                    }))
        .isSameAs(thrown);
    anyOfItIsThere();
    assertThat(store().<Integer>write(tx -> tx.next("uid", 20_000))).isEqualTo(20_000);
    write(tx -> tx.append(Samples.event(C1, "y")));
    assertThat(messages(Optional.empty(), 0, 10)).containsExactly("1y");
  }

  private void anyOfItIsThere() {
    assertThat(list(Transaction::machines)).containsExactly(Samples.machine("m-1", "gpu01"));
    assertThat(one(tx -> tx.report("m-1")).orElseThrow()).containsExactly(1);
    assertThat(list(Transaction::clustersEver)).isEmpty();
    assertThat(one(tx -> tx.instance("c-00a1-0"))).isEmpty();
    assertThat(list(Transaction::operations)).isEmpty();
    assertThat(one(tx -> tx.joinToken("ab"))).isEmpty();
  }

  @Test
  void aTransactionSeesItsOwnChanges() {
    write(
        tx -> {
          tx.save(Samples.cluster(C1, "train"));
          assertThat(tx.clusterByName("train")).isPresent();
          tx.append(Samples.event(C1, "x"));
          assertThat(tx.events(Optional.of(C1), 0, 1)).hasSize(1);
        });
  }

  @Test
  void aRefusedChangeLeavesTheRestOfItsTransaction() {
    write(
        tx -> {
          tx.save(Samples.machine("m-1", "gpu01"));
          assertThatThrownBy(() -> tx.save(Samples.machine("m-2", "gpu01")))
              .isInstanceOf(StoreException.class);
        });
    assertThat(list(Transaction::machines)).hasSize(1);
  }

  @TestFactory
  Stream<DynamicTest> aReadRefusesEveryChange() {
    List<Consumer<Transaction>> changes =
        List.of(
            tx -> tx.save(Samples.machine("m-1", "gpu01")),
            tx -> tx.removeMachine("m-1"),
            tx -> tx.saveReport("m-1", new byte[1]),
            tx -> tx.save(Samples.cluster(C1, "train")),
            tx -> tx.save(Samples.instance(C1, 0)),
            tx -> tx.save(Samples.operation("o-1", "r-1", NOON)),
            tx -> tx.append(Samples.event(C1, "x")),
            tx -> tx.save(Samples.token("ab")),
            tx -> tx.forgetJoinTokens(NOON),
            tx -> tx.forgetOperations(NOON),
            tx -> tx.forgetEvents(NOON, 1),
            tx -> tx.next("uid", 1));
    return DynamicTest.stream(
        changes.stream(),
        change -> "change " + changes.indexOf(change),
        change ->
            assertThatThrownBy(
                    () ->
                        store()
                            .read(
                                tx -> {
                                  change.accept(tx);
                                  return true;
                                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("inside a read"));
  }

  @Test
  void aTransactionInsideAnotherIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> store().write(tx -> store().write(Transaction::machines)));
    assertThatIllegalStateException()
        .isThrownBy(() -> store().write(tx -> store().read(Transaction::machines)));
    assertThatIllegalStateException()
        .isThrownBy(() -> store().read(tx -> store().write(Transaction::machines)));
    assertThatIllegalStateException()
        .isThrownBy(() -> store().read(tx -> store().read(Transaction::machines)));
  }

  @Test
  void aClosedStoreRefuses() {
    Store closed = empty();
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.write(Transaction::machines))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> closed.read(Transaction::machines)).isInstanceOf(StoreException.class);
  }
}

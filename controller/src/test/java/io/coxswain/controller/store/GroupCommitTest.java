package io.coxswain.controller.store;

import static io.coxswain.controller.store.Samples.C1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that meet share a commit and nothing else. */
final class GroupCommitTest {
  private static final Executor EACH_ITS_OWN_THREAD = task -> Thread.ofVirtual().start(task);

  @TempDir Path temporary = Path.of("");

  @Test
  void manyWritersShareOneCommit() {
    try (SqlStore store = open()) {
      long before = store.commits();
      List<CompletableFuture<Boolean>> answers =
          together(
              store,
              IntStream.range(0, 64)
                  .<Function<Transaction, Boolean>>mapToObj(number -> tx -> append(tx, number))
                  .toList());
      answers.forEach(CompletableFuture::join);
      assertThat(store.commits() - before)
          .as("one for the work that held the writer, one for the 64 others")
          .isEqualTo(2);
      assertThat(numbers(store))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 64).mapToObj(Integer::toString).toList());
    }
  }

  @Test
  void oneThatThrowsIsUndoneAlone() {
    try (SqlStore store = open()) {
      IllegalStateException thrown = new IllegalStateException("changed my mind");
      Function<Transaction, Boolean> throwing =
          tx -> {
            append(tx, 1);
            throw thrown;
          };
      List<CompletableFuture<Boolean>> answers =
          together(store, List.of(tx -> append(tx, 0), throwing, tx -> append(tx, 2)));
      assertThat(answers.get(0).join()).isTrue();
      assertThatThrownBy(() -> answers.get(1).join())
          .isInstanceOf(CompletionException.class)
          .hasCause(thrown);
      assertThat(answers.get(2).join()).isTrue();
      assertThat(numbers(store)).containsExactly("0", "2");
    }
  }

  @Test
  void anErrorDoesNotEndTheWriter() {
    try (SqlStore store = open()) {
      assertThatThrownBy(
              () ->
                  store.write(
                      tx -> {
                        throw new AssertionError("wrong");
                      }))
          .isInstanceOf(AssertionError.class);
      assertThat(store.<Boolean>write(tx -> append(tx, 1))).isTrue();
    }
  }

  @Test
  void aGroupThatFillsTheDiskFailsWithoutATrace() {
    open().close();
    try (SqlStore store = SqlStore.open(database(), "&max_page_count=60")) {
      List<CompletableFuture<Boolean>> answers =
          together(
              store,
              List.of(tx -> append(tx, 0), GroupCommitTest::fillTheDisk, tx -> append(tx, 2)));
      assertThatThrownBy(() -> answers.get(1).join())
          .hasCauseInstanceOf(StoreException.class)
          .hasMessageContaining("disk full");
      List<String> acknowledged =
          IntStream.of(0, 2)
              .filter(each -> !isFailed(answers.get(each)))
              .mapToObj(Integer::toString)
              .toList();
      assertThat(numbers(store)).isEqualTo(acknowledged);
    }
  }

  @Test
  void closingFinishesWhatWaits() {
    SqlStore store = open();
    Hold hold = new Hold(store);
    CompletableFuture<Boolean> waits = write(store, tx -> append(tx, 1));
    await(store, 1);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(store::close, EACH_ITS_OWN_THREAD);
    await(store, 2);
    hold.release();
    closed.join();
    assertThat(waits.join()).isTrue();
    try (SqlStore again = open()) {
      assertThat(numbers(again)).containsExactly("1");
    }
  }

  @Test
  void aReadSeesOneStateWhileOthersWrite() {
    try (SqlStore store = open()) {
      store.write(tx -> append(tx, 0));
      List<Integer> seen =
          store.read(
              tx -> {
                int before = tx.events(Optional.empty(), 0, 10).size();
                CompletableFuture<Boolean> meanwhile = write(store, other -> append(other, 1));
                meanwhile.join();
                return List.of(before, tx.events(Optional.empty(), 0, 10).size());
              });
      assertThat(seen).containsExactly(1, 1);
      assertThat(numbers(store)).containsExactly("0", "1");
    }
  }

  /** Has the works wait for the writer together, in their order, so that they become one group. */
  private static List<CompletableFuture<Boolean>> together(
      SqlStore store, List<Function<Transaction, Boolean>> works) {
    Hold hold = new Hold(store);
    List<CompletableFuture<Boolean>> answers =
        IntStream.range(0, works.size())
            .mapToObj(
                each -> {
                  CompletableFuture<Boolean> answer = write(store, works.get(each));
                  await(store, each + 1);
                  return answer;
                })
            .toList();
    hold.release();
    return answers;
  }

  /** Keeps the writer busy, so that what comes must wait. */
  private static final class Hold {
    private final CountDownLatch end = new CountDownLatch(1);
    private final CompletableFuture<Boolean> holder;

    Hold(SqlStore store) {
      CountDownLatch begun = new CountDownLatch(1);
      holder =
          write(
              store,
              tx -> {
                begun.countDown();
                return pass(end);
              });
      pass(begun);
    }

    void release() {
      end.countDown();
      holder.join();
    }
  }

  private static CompletableFuture<Boolean> write(
      SqlStore store, Function<Transaction, Boolean> work) {
    return CompletableFuture.supplyAsync(() -> store.write(work), EACH_ITS_OWN_THREAD);
  }

  private static void await(SqlStore store, int waiting) {
    while (store.waiting() < waiting) {
      Thread.onSpinWait();
    }
  }

  private static boolean pass(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isFailed(CompletableFuture<Boolean> answer) {
    return answer.handle((result, failure) -> failure != null).join();
  }

  private static boolean fillTheDisk(Transaction tx) {
    for (int each = 0; each < 10_000; each++) {
      tx.append(Samples.event(C1, "x".repeat(500)));
    }
    return true;
  }

  private static boolean append(Transaction tx, int number) {
    tx.append(Samples.event(C1, Integer.toString(number)));
    return true;
  }

  private static List<String> numbers(Store store) {
    return store.read(tx -> tx.events(Optional.empty(), 0, Integer.MAX_VALUE)).stream()
        .map(Event::message)
        .toList();
  }

  private SqlStore open() {
    return SqlStore.open(database());
  }

  private Path database() {
    return temporary.resolve("state").resolve("coxswain.db");
  }
}

package io.coxswain.controller.store;

import static java.util.Objects.requireNonNull;

import io.coxswain.controller.spec.ClusterId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store for each test, and short ways to ask it. */
abstract class OpenStore {
  private @Nullable Store open;

  /** A new one with nothing in it. */
  abstract Store empty();

  @BeforeEach
  void openStore() {
    open = empty();
  }

  @AfterEach
  void closeStore() {
    store().close();
  }

  final Store store() {
    return requireNonNull(open);
  }

  final void write(Consumer<Transaction> work) {
    store()
        .write(
            transaction -> {
              work.accept(transaction);
              return true;
            });
  }

  final <T> List<T> list(Function<Transaction, List<T>> query) {
    return store().read(query);
  }

  final <T> Optional<T> one(Function<Transaction, Optional<T>> query) {
    return store().read(query);
  }

  final List<String> messages(Optional<ClusterId> cluster, long after, int limit) {
    return list(tx -> tx.events(cluster, after, limit)).stream()
        .map(event -> event.number() + event.message())
        .toList();
  }
}

package io.coxswain.controller.simulation;

import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A store in which every commit has a name, two points where the controller may die, and somebody
 * who looks at what it made.
 */
final class WatchedStore implements Store {
  private final Store store;
  private final Consumer<String> points;
  private final Runnable committed;

  WatchedStore(Store store, Consumer<String> points, Runnable committed) {
    this.store = store;
    this.points = points;
    this.committed = committed;
  }

  @Override
  public <T> T write(Function<Transaction, T> work) {
    points.accept("before commit");
    T made = store.write(work);
    committed.run();
    points.accept("after commit");
    return made;
  }

  @Override
  public <T> T read(Function<Transaction, T> work) {
    return store.read(work);
  }

  @Override
  public void close() {
    // It outlives the controller.
  }
}

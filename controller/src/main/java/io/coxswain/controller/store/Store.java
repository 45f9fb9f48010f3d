package io.coxswain.controller.store;

import java.util.function.Function;

/** What the controller remembers. A transaction is never opened inside another: that is refused. */
public interface Store extends AutoCloseable {
  /**
   * Runs the work in one transaction and returns when it is durable. An exception from the work
   * undoes all of it and is rethrown. Work of several callers may share one durable commit; they
   * never see each other's unfinished work. The work must not block and may run on another thread.
   */
  <T> T write(Function<Transaction, T> work);

  /** Runs the work on one consistent state; what it writes is refused. */
  <T> T read(Function<Transaction, T> work);

  @Override
  void close();
}

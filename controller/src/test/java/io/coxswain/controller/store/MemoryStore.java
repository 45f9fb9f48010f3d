package io.coxswain.controller.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The store of simulations: nothing is durable, everything else is as the contract says. A thousand
 * of them cost nothing.
 */
public final class MemoryStore implements Store {
  private final MemoryTransaction transaction = new MemoryTransaction();
  private final ReentrantLock lock = new ReentrantLock();
  private boolean isClosed;

  @Override
  public <T> T write(Function<Transaction, T> work) {
    return run(work, true);
  }

  @Override
  public <T> T read(Function<Transaction, T> work) {
    return run(work, false);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  private <T> T run(Function<Transaction, T> work, boolean isWrite) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "a transaction inside another (expected: use the one that is open)");
    }
    lock.lock();
    try {
      if (isClosed) {
        throw new StoreException("closed");
      }
      transaction.begin(isWrite);
      try {
        return work.apply(transaction);
      } catch (RuntimeException | Error e) {
        transaction.undo();
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }
}

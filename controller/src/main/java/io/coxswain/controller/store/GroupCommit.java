package io.coxswain.controller.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The one writer: a thread that runs what waits, one work after the other, and makes all of it
 * durable with one commit.
 *
 * <ul>
 *   <li>Nobody returns before the commit that holds their work is durable.
 *   <li>Each work has a savepoint of its own: what throws is undone alone.
 *   <li>When the commit fails, all of the group fail; nothing of any of them was kept.
 * </ul>
 */
final class GroupCommit {
  /** Bounds how long the first of a group waits for the last. */
  private static final int LARGEST_GROUP = 256;

  private final Handle handle;
  private final Path database;
  private final SqlTransaction transaction;
  private final BlockingQueue<Work<?>> waiting = new LinkedBlockingQueue<>();
  private final Work<Boolean> end = new Work<>(nothing -> true);
  private final AtomicLong commits = new AtomicLong();
  private final Thread writer = new Thread(this::writeUntilEnd, "store-writer");
  private boolean isClosed;

  GroupCommit(Handle handle, Path database) {
    this.handle = handle;
    this.database = database;
    transaction = new SqlTransaction(handle, true);
    writer.setDaemon(true);
  }

  void start() {
    writer.start();
  }

  <T> T write(Function<Transaction, T> function) {
    Work<T> work = new Work<>(function);
    synchronized (this) {
      if (isClosed) {
        throw new StoreException(
            "database " + database + ": closed; nothing of this transaction was kept");
      }
      waiting.add(work);
    }
    return work.await(database);
  }

  /** Whether the present thread is the one writer, so that a work is running on it. */
  boolean isWriting() {
    return Thread.currentThread().equals(writer);
  }

  long commits() {
    return commits.get();
  }

  int waiting() {
    return waiting.size();
  }

  /** Finishes what waits and takes no more. */
  void close() {
    synchronized (this) {
      if (!isClosed) {
        isClosed = true;
        waiting.add(end);
      }
    }
    end.await(database);
  }

  private void writeUntilEnd() {
    List<Work<?>> group = new ArrayList<>();
    boolean isLast = false;
    while (!isLast) {
      group.clear();
      group.add(take());
      waiting.drainTo(group, LARGEST_GROUP - 1);
      isLast = group.contains(end);
      commit(group);
    }
  }

  /**
   * Whatever interrupts, only {@link #close} ends this thread: whoever waits must get an answer.
   */
  private Work<?> take() {
    while (true) {
      try {
        return waiting.take();
      } catch (InterruptedException e) {
        // Go on.
      }
    }
  }

  private void commit(List<Work<?>> group) {
    try {
      handle.execute("begin immediate");
      for (Work<?> work : group) {
        work.run(handle, transaction);
      }
      handle.execute("commit");
      commits.incrementAndGet();
    } catch (RuntimeException e) {
      rollBack();
      StoreException why = SqlError.of(database, e);
      group.forEach(work -> work.fail(why));
    }
    group.forEach(Work::answer);
  }

  private void rollBack() {
    try {
      handle.execute("rollback");
    } catch (RuntimeException e) {
      // SQLite rolls back by itself when the disk is full, and there may have been no begin: then
      // nothing is left to undo.
    }
  }
}

package io.coxswain.controller.store;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Somebody's write, on its way through the one writer, and the answer they wait for. */
final class Work<T> {
  private final Function<Transaction, T> function;
  private final CompletableFuture<T> promise = new CompletableFuture<>();
  private Runnable answer = () -> {};
  private boolean isUndone;

  Work(Function<Transaction, T> function) {
    this.function = function;
  }

  /** Runs it inside the transaction that is open; when it throws, it alone is undone. */
  void run(Handle handle, Transaction transaction) {
    handle.execute("savepoint work");
    try {
      T result = function.apply(transaction);
      answer = () -> promise.complete(result);
    } catch (RuntimeException | Error e) {
      isUndone = true;
      answer = () -> promise.completeExceptionally(e);
      handle.execute("rollback to savepoint work");
    }
    handle.execute("release savepoint work");
  }

  /** The transaction around it failed. What it threw itself says more. */
  void fail(RuntimeException why) {
    if (!isUndone) {
      answer = () -> promise.completeExceptionally(why);
    }
  }

  /** Lets the caller go on. */
  void answer() {
    answer.run();
  }

  /** Waits, whatever interrupts: the caller must know whether it was kept. */
  T await(Path database) {
    try {
      return promise.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case JdbiException failed -> throw SqlError.of(database, failed);
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case null, default -> throw e;
      }
    }
  }
}

package io.coxswain.agent.host;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Work of steps that takes minutes, and for which no other step should wait. What was begun and did
 * not end is forgotten with the process: it must be such that beginning it again does no harm.
 */
public final class Background {
  private final Executor executor;
  private final Map<String, Optional<RuntimeException>> tasks = new HashMap<>();

  public Background(Executor executor) {
    this.executor = executor;
  }

  /** Nothing happens when a task of this key is on its way already. */
  public void begin(String key, Runnable task) {
    synchronized (this) {
      if (tasks.getOrDefault(key, Optional.of(new IllegalStateException())).isEmpty()) {
        return;
      }
      tasks.put(key, Optional.empty());
    }
    executor.execute(() -> run(key, task));
  }

  /**
   * Whether it was begun and has not ended. What it threw is thrown here, once; then it is
   * forgotten.
   */
  public synchronized boolean isOnItsWay(String key) {
    Optional<RuntimeException> task = tasks.get(key);
    if (task == null) {
      return false;
    }
    task.ifPresent(
        failure -> {
          tasks.remove(key);
          throw failure;
        });
    return true;
  }

  private void run(String key, Runnable task) {
    Optional<RuntimeException> failure = Optional.empty();
    try {
      task.run();
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    } finally {
      end(key, failure);
    }
  }

  private synchronized void end(String key, Optional<RuntimeException> failure) {
    if (failure.isPresent()) {
      tasks.put(key, failure);
    } else {
      tasks.remove(key);
    }
  }
}

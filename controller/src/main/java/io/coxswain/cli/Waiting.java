package io.coxswain.cli;

import io.coxswain.v1.Capacity;
import io.coxswain.v1.OperationUpdate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether to wait for the end of an operation, and how long; a null limit: for as long as it takes.
 *
 * @param minReady with so many nodes that take jobs the waiting is over before the end; 0: only
 *     with the end
 */
record Waiting(boolean isWanted, @Nullable Duration limit, int minReady) {
  static Waiting of(boolean wait, String timeout) {
    if (timeout.isEmpty()) {
      return new Waiting(wait, null, 0);
    }
    if (!wait) {
      throw CoxException.usage("--timeout: only with --wait", "", "add --wait");
    }
    return limited(Words.span(timeout, "--timeout"));
  }

  /** For the end; a null limit: for as long as it takes. */
  static Waiting limited(@Nullable Duration limit) {
    return new Waiting(true, limit, 0);
  }

  Waiting withMinReady(int nodes) {
    return new Waiting(isWanted, limit, nodes);
  }

  /** Whether enough nodes take jobs; what nobody knows is not enough. */
  boolean isEnough(OperationUpdate update) {
    Capacity capacity = update.getCapacity();
    return minReady > 0 && capacity.hasUsable() && capacity.getUsable() >= minReady;
  }
}

package io.coxswain.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether to wait for the end of an operation, and how long; a null limit: for as long as it takes.
 */
record Waiting(boolean isWanted, @Nullable Duration limit) {
  static Waiting of(boolean wait, String timeout) {
    if (timeout.isEmpty()) {
      return new Waiting(wait, null);
    }
    if (!wait) {
      throw CoxException.usage("--timeout: only with --wait", "", "add --wait");
    }
    return new Waiting(true, Words.span(timeout, "--timeout"));
  }
}

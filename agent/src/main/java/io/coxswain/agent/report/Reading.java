package io.coxswain.agent.report;

import java.time.Instant;
import java.util.Optional;

/** One fact of this machine: its value, or why there is none. */
public sealed interface Reading<T> {
  /** The value when it is known. */
  default Optional<T> known() {
    return this instanceof Known<T>(T value, Instant _) ? Optional.of(value) : Optional.empty();
  }

  /** Read at the instant. */
  record Known<T>(T value, Instant at) implements Reading<T> {}

  /**
   * This machine has no such thing, for the reason given; asking again will not help until the
   * machine changes.
   */
  record Unsupported<T>(String why) implements Reading<T> {}

  /** It should have been there and could not be read. */
  record Failed<T>(FailureReason reason, String message) implements Reading<T> {}
}

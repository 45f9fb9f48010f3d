package io.coxswain.controller.observed;

import java.util.Optional;

/** A fact, or why there is none. Never a stand-in value. */
public sealed interface Reading<T> {
  record Known<T>(T value) implements Reading<T> {}

  /** The machine has no such thing. */
  record Unsupported<T>(String why) implements Reading<T> {}

  /** The thing is there and did not answer. */
  record Failed<T>(String why) implements Reading<T> {}

  default Optional<T> known() {
    return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}

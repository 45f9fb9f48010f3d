package io.coxswain.agent.probe;

import io.coxswain.agent.report.FailureReason;

/** A fact that should be there and could not be read; {@link Fact} makes a reading of it. */
final class Unreadable extends RuntimeException {
  private final FailureReason reason;

  Unreadable(FailureReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  FailureReason reason() {
    return reason;
  }
}

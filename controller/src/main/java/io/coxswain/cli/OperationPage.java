package io.coxswain.cli;

import io.coxswain.v1.Operation;
import java.time.Duration;
import java.time.Instant;

/** An operation as people read it. */
final class OperationPage {
  private OperationPage() {}

  /** Its state without the prefix that keeps the contract's names apart: FAILED. */
  static String state(Operation operation) {
    return operation.getState() == Operation.State.OPERATION_FAILED
        ? "FAILED"
        : Text.name(operation.getState());
  }

  /** How long it took, or has taken so far. */
  static String took(Operation operation, Instant now) {
    if (!Text.isSet(operation.getStartedAt())) {
      return "-";
    }
    Instant end = Text.isSet(operation.getEndedAt()) ? Text.instant(operation.getEndedAt()) : now;
    return Text.span(Duration.between(Text.instant(operation.getStartedAt()), end));
  }

  static void print(Operation operation, Terminal terminal) {
    Instant now = terminal.time().clock().instant();
    new Page(terminal)
        .fact("operation", operation.getId())
        .fact("kind", Text.words(operation.getKind()))
        .fact("state", state(operation))
        .fact("cluster", operation.getClusterId())
        .fact("started", Text.moment(operation.getStartedAt()))
        .fact("ended", Text.moment(operation.getEndedAt()))
        .fact("took", took(operation, now))
        .fact("message", operation.getMessage())
        .flush();
  }
}

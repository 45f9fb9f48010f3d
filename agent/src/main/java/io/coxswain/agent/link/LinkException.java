package io.coxswain.agent.link;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The controller could not be reached, or said no. */
public final class LinkException extends RuntimeException {
  private final boolean isRefusal;

  /** Something about the other side is not as it must be. */
  LinkException(String message) {
    this(message, true);
  }

  private LinkException(String message, boolean isRefusal) {
    super(message);
    this.isRefusal = isRefusal;
  }

  static LinkException of(String what, StatusRuntimeException e) {
    boolean isReached =
        switch (e.getStatus().getCode()) {
          case PERMISSION_DENIED,
              UNAUTHENTICATED,
              INVALID_ARGUMENT,
              FAILED_PRECONDITION,
              NOT_FOUND,
              ALREADY_EXISTS ->
              true;
          default -> false;
        };
    return new LinkException(what + ": " + describe(e.getStatus()), isReached);
  }

  /** Whether trying again as it is cannot help. */
  public boolean isRefusal() {
    return isRefusal;
  }

  /**
   * For people: the controller's own words, else the innermost cause, which is where TLS says what
   * is wrong.
   */
  static String describe(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause != null) {
      return String.valueOf(
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    return status.getDescription() == null
        ? status.getCode().name()
        : status.getCode() + ": " + status.getDescription().replaceAll("\\s*\n\\s*", "; ");
  }
}

package io.coxswain.controller.access;

/** Somebody may not. Says why without telling what would be right. */
public final class AccessException extends RuntimeException {
  private final Reason reason;

  public AccessException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Why not, for programs. */
  public enum Reason {
    TOKEN_UNKNOWN,
    TOKEN_EXPIRED,
    TOKEN_USED_UP,
    TOKEN_BOUND_TO_OTHER_NAME,
    TOKEN_BOUND_TO_OTHER_HARDWARE,
    TOO_MANY_ATTEMPTS,
    NAME_INVALID,
    NAME_TAKEN,
    CERTIFICATE_REQUEST_INVALID,
    REVOKED,
    NOT_ENROLLED
  }
}

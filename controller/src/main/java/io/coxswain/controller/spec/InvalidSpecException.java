package io.coxswain.controller.spec;

/** Somebody asked for something that cannot be. Names the field and says what was expected. */
public final class InvalidSpecException extends RuntimeException {
  private final String field;

  public InvalidSpecException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The request's field as the contract names it: {@code public_keys}. */
  public String field() {
    return field;
  }
}

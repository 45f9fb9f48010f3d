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

  /** What somebody sent, as it can be shown: on one line, and not all of a long one. */
  static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= 80 ? plain : plain.substring(0, 80) + "…";
  }
}

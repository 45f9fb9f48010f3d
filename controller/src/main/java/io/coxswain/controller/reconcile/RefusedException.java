package io.coxswain.controller.reconcile;

/** A request that is well formed and still cannot be done. Says why and what helps. */
public final class RefusedException extends RuntimeException {
  private final Kind kind;
  private final String subject;
  private final String help;

  public RefusedException(Kind kind, String subject, String message, String help) {
    super(message);
    this.kind = kind;
    this.subject = subject;
    this.help = help;
  }

  public Kind kind() {
    return kind;
  }

  /** What it is about: a name or an id. */
  public String subject() {
    return subject;
  }

  /** What to do next. */
  public String help() {
    return help;
  }

  /** Why not. */
  public enum Kind {
    /** Nothing has that name. */
    NOT_FOUND,
    /** The name is taken. */
    TAKEN,
    /** No machines fit. */
    NO_CAPACITY,
    /** Its present state forbids it. */
    FORBIDDEN_NOW
  }
}

package io.coxswain.agent.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one check found of one thing in one round.
 *
 * @param message what was read
 * @param expected what should have been
 */
record Finding(String subject, State state, String message, String expected) {
  /** How it is. */
  enum State {
    GOOD,
    BAD,
    /** It should have been readable and was not. */
    UNREADABLE,
    /** Nothing was said this time: what was known stays. */
    SILENT
  }

  static Finding good(String subject) {
    return new Finding(subject, State.GOOD, "", "");
  }

  static Finding bad(String subject, String message, String expected) {
    return new Finding(subject, State.BAD, message, expected);
  }

  static Finding unreadable(String subject, String message) {
    return new Finding(subject, State.UNREADABLE, message, "an answer");
  }

  static Finding silent(String subject) {
    return new Finding(subject, State.SILENT, "", "");
  }

  static Finding of(String subject, boolean isBad, String message, String expected) {
    return isBad ? bad(subject, message, expected) : good(subject);
  }

  /**
   * What one check found.
   *
   * @param isPartial nothing is known of things that are not listed, so what was known of them
   *     stays; else they are well, or gone
   */
  record Findings(List<Finding> list, boolean isPartial) {
    static final Findings NOTHING = new Findings(List.of(), false);

    Findings {
      list = List.copyOf(list);
    }

    static Findings of(List<Finding> list) {
      return new Findings(list, false);
    }

    static Findings of(Finding one) {
      return new Findings(List.of(one), false);
    }

    /** The source of all of them could not be read. */
    static Findings unreadable(String message) {
      return new Findings(List.of(Finding.unreadable("", message)), true);
    }

    static Findings of(Optional<Finding> one) {
      return of(new ArrayList<>(one.stream().toList()));
    }
  }
}

package io.coxswain.agent.health;

import java.util.Locale;

/** Numbers as people read them. */
final class Text {
  private Text() {}

  static String number(double value) {
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}

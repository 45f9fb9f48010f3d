package io.coxswain.controller.api.metrics;

/**
 * Labels of a series, written out.
 *
 * @param text {@code a="1",b="2"}; empty for none
 */
record Labels(String text) {
  static final Labels NONE = new Labels("");

  static Labels of(String name, String value) {
    return NONE.and(name, value);
  }

  /** With one more; an empty value is to Prometheus the same as no label, and is left out. */
  Labels and(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    return new Labels((text.isEmpty() ? "" : text + ",") + name + "=\"" + escaped(value) + "\"");
  }

  Labels and(String name, long value) {
    return and(name, Long.toString(value));
  }

  /** As the exposition format 0.0.4 wants it: backslash, quote and line feed, nothing else. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}

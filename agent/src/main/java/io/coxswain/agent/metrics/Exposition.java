package io.coxswain.agent.metrics;

/**
 * A page in Prometheus' text format 0.0.4. Families come one after another, each with all of its
 * samples; one without any leaves nothing on the page, not even its name.
 */
final class Exposition {
  /** What answers carry as Content-Type. */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  // Beyond, not every whole number is a double.
  private static final double LARGEST_WHOLE = 1L << 53;

  private final StringBuilder page = new StringBuilder(1 << 16);
  private String family = "";
  private String heading = "";

  /** The samples that follow are of a value that goes up and down. */
  Exposition gauge(String name, String help) {
    return begin(name, "gauge", help);
  }

  /** The samples that follow are of a value that only grows, until its owner starts again. */
  Exposition counter(String name, String help) {
    return begin(name, "counter", help);
  }

  private Exposition begin(String name, String type, String help) {
    family = name;
    heading =
        "# HELP %s %s\n# TYPE %s %s\n"
            .formatted(name, help.replace("\\", "\\\\").replace("\n", "\\n"), name, type);
    return this;
  }

  Exposition sample(Labels labels, long value) {
    line(labels).append(value).append('\n');
    return this;
  }

  Exposition sample(Labels labels, double value) {
    boolean isWhole = Math.rint(value) == value && Math.abs(value) < LARGEST_WHOLE;
    if (isWhole) {
      return sample(labels, (long) value);
    }
    line(labels).append(value).append('\n');
    return this;
  }

  Exposition sample(Labels labels, boolean value) {
    return sample(labels, value ? 1L : 0L);
  }

  private StringBuilder line(Labels labels) {
    page.append(heading).append(family);
    heading = "";
    if (!labels.text().isEmpty()) {
      page.append('{').append(labels.text()).append('}');
    }
    return page.append(' ');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}

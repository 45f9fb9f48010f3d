package io.coxswain.agent.health;

import io.coxswain.agent.report.Reading;
import java.util.List;

/** What only health wants to know of this machine. */
record Surroundings(Reading<List<FileSystem>> fileSystems, Reading<Clock> clock) {
  /**
   * A file system that this machine works on.
   *
   * @param point where it is mounted
   */
  record FileSystem(String point, long sizeBytes, long freeBytes, boolean isReadOnly) {}

  /**
   * How right the clock is.
   *
   * @param offsetSeconds from the time source; 0 when only {@code isSynchronized} is known
   */
  record Clock(boolean isSynchronized, double offsetSeconds) {}
}

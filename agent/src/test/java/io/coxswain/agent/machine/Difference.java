package io.coxswain.agent.machine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What two long lists of lines do not have in common. */
final class Difference {
  private Difference() {}

  /** Lines that went, each after a minus, and lines that came, each after a plus. */
  static List<String> between(List<String> before, List<String> after) {
    Set<String> went = new LinkedHashSet<>(before);
    after.forEach(went::remove);
    Set<String> came = new LinkedHashSet<>(after);
    before.forEach(came::remove);
    List<String> difference = new ArrayList<>();
    went.forEach(line -> difference.add("- " + line));
    came.forEach(line -> difference.add("+ " + line));
    return difference;
  }
}

package io.coxswain.agent.step;

import java.util.ArrayList;
import java.util.List;

/** What nvidia-smi says of the switches' fabric: one state for each GPU. */
final class Fabric {
  private Fabric() {}

  /** "Completed", "In Progress", "Not Started", "N/A" …, from `nvidia-smi -q`. */
  static List<String> states(String printed) {
    List<String> states = new ArrayList<>();
    boolean isInFabric = false;
    for (String line : printed.lines().map(String::strip).toList()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        // A heading.
        isInFabric = line.equals("Fabric");
      } else if (isInFabric && line.substring(0, colon).strip().equals("State")) {
        states.add(line.substring(colon + 1).strip());
        isInFabric = false;
      }
    }
    return states;
  }
}

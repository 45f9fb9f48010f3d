package io.coxswain.controller.bundle;

import io.coxswain.controller.spec.DriverSet;
import java.util.List;
import java.util.Optional;

/**
 * What a bundle is for one machine.
 *
 * @param driver empty where there is no telling, and then something stands against it
 * @param obstacles what stands against it, each with what was expected
 * @param notes what does not, and should be known
 */
public record Resolution(Optional<DriverSet> driver, List<String> obstacles, List<String> notes) {
  public Resolution {
    obstacles = List.copyOf(obstacles);
    notes = List.copyOf(notes);
  }

  public boolean isPossible() {
    return driver.isPresent() && obstacles.isEmpty();
  }
}

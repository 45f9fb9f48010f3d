package io.coxswain.agent.driver;

import java.util.Optional;

/** NVIDIA's two kinds of kernel module. */
public enum Flavour {
  /** With public source; the only one for Blackwell and Grace Hopper, none for Volta and older. */
  OPEN,
  /** With NVIDIA's licence alone; gone with branch 620. */
  PROPRIETARY,
  /** Either, or no driver at all. */
  ANY;

  /** Of a module by its licence: "Dual MIT/GPL" or "NVIDIA" (modinfo -F license). */
  static Optional<Flavour> byLicence(String licence) {
    return switch (licence.strip()) {
      case "Dual MIT/GPL" -> Optional.of(OPEN);
      case "NVIDIA" -> Optional.of(PROPRIETARY);
      default -> Optional.empty();
    };
  }
}

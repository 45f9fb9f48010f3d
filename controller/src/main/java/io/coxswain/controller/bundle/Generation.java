package io.coxswain.controller.bundle;

import io.coxswain.controller.observed.DriverStack.PciGpu;
import io.coxswain.controller.spec.DriverSet.Flavour;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Generations of GPUs, as far as drivers tell them apart. From NVIDIA's "Transitions Fully Towards
 * Open-Source GPU Kernel Modules" and the supported-drivers page of the data center documentation:
 * open modules drive Turing and newer; Volta, Pascal and Maxwell lost their last driver branch with
 * 580, Kepler with 470, Fermi with 390; the proprietary modules never drove Blackwell and Grace
 * Hopper.
 */
enum Generation {
  FERMI("GF", "Fermi", false, true, 0, 390),
  KEPLER("GK", "Kepler", false, true, 0, 470),
  MAXWELL("GM", "Maxwell", false, true, 0, 580),
  PASCAL("GP", "Pascal", false, true, 0, 580),
  VOLTA("GV", "Volta", false, true, 0, 580),
  TURING("TU", "Turing", true, true, 0, 999),
  AMPERE("GA", "Ampere", true, true, 0, 999),
  ADA("AD", "Ada", true, true, 0, 999),
  HOPPER("GH", "Hopper", true, true, 0, 999),
  BLACKWELL("GB", "Blackwell", true, false, 570, 999),
  /** Has Hopper's code name; told by its ids alone. */
  GRACE_HOPPER("", "Grace Hopper", true, false, 0, 999);

  /** PCI ids of GH200 120GB and 144G, from pci.ids 2026.08.22. */
  private static final Set<String> GRACE_HOPPERS = Set.of("10de:2342", "10de:2348");

  private final String code;
  private final String word;
  private final boolean hasOpen;
  private final boolean hasProprietary;
  private final int firstBranch;
  private final int lastBranch;

  @SuppressWarnings("ParameterNumber") // A table's columns.
  Generation(
      String code,
      String word,
      boolean hasOpen,
      boolean hasProprietary,
      int firstBranch,
      int lastBranch) {
    this.code = code;
    this.word = word;
    this.hasOpen = hasOpen;
    this.hasProprietary = hasProprietary;
    this.firstBranch = firstBranch;
    this.lastBranch = lastBranch;
  }

  /** By the chip's code name in the PCI id list; empty for a device newer than the list. */
  static Optional<Generation> of(PciGpu gpu) {
    if (GRACE_HOPPERS.contains(gpu.deviceId())) {
      return Optional.of(GRACE_HOPPER);
    }
    return Arrays.stream(values())
        .filter(each -> !each.code.isEmpty())
        .filter(each -> gpu.name().matches(each.code + "[0-9].*"))
        .findFirst();
  }

  /** Why no driver of the flavour and branch drives it; empty when one does. */
  Optional<String> against(Flavour flavour, int branch) {
    if (flavour == Flavour.OPEN ? !hasOpen : !hasProprietary) {
      return Optional.of(
          word
              + " has no "
              + flavour.name().toLowerCase(Locale.ROOT)
              + " kernel module (expected: a bundle with the "
              + (flavour == Flavour.OPEN ? "proprietary" : "open")
              + " one)");
    }
    if (branch < firstBranch) {
      return Optional.of(word + " needs branch " + firstBranch + " or newer, not " + branch);
    }
    return branch > lastBranch
        ? Optional.of(word + " was dropped after branch " + lastBranch + ", before " + branch)
        : Optional.empty();
  }
}

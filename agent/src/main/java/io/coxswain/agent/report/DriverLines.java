package io.coxswain.agent.report;

import java.util.ArrayList;
import java.util.List;

/** A driver's packages and obstacles, for people. */
final class DriverLines {
  private DriverLines() {}

  static List<String> of(DriverStack stack) {
    List<String> lines = new ArrayList<>();
    String bundle = stack.bundle().name();
    lines.add(
        (bundle.isEmpty() ? "no bundle" : "bundle " + bundle)
            + ", "
            + stack.packages().size()
            + " packages"
            + (stack.bundle().canRestore() ? ", can be rolled back" : ""));
    stack.bundle().drift().forEach(line -> lines.add("drift: " + line));
    if (!stack.bundle().rebootRequired().isEmpty()) {
      lines.add("reboot required: " + stack.bundle().rebootRequired());
    }
    for (DriverStack.PackageVersion one : stack.packages()) {
      lines.add(one.name() + " " + one.version() + (one.isHeld() ? " held" : ""));
    }
    stack.kernels().forEach(kernel -> lines.add(kernel(kernel)));
    lines.add(
        "secure boot "
            + stack.isSecureBoot().map(on -> on ? "on" : "off").orElse("unknown")
            + (stack.isNouveauLoaded() ? ", nouveau loaded" : "")
            + (stack.isForeign() ? ", installed by NVIDIA's .run file" : "")
            + (stack.hasSwitch() ? ", NVSwitch" : ""));
    lines.add(
        "containers by "
            + (stack.containerRuntimes().isEmpty()
                ? "none"
                : String.join(", ", stack.containerRuntimes())));
    lines.add(
        "free "
            + ObservationLines.gibibytes(stack.space().rootFreeBytes())
            + " on /, "
            + ObservationLines.gibibytes(stack.space().bootFreeBytes())
            + " on /boot");
    return lines;
  }

  private static String kernel(DriverStack.Kernel kernel) {
    return "kernel "
        + kernel.release()
        + (kernel.bootsNext() ? ", boots next" : "")
        + (kernel.hasHeaders() ? ", headers" : ", no headers")
        + (kernel.dkms().isEmpty() ? "" : ", dkms " + kernel.dkms());
  }
}

package io.coxswain.controller.api.wire;

import io.coxswain.controller.observed.DriverStack;
import io.coxswain.v1.Observation;
import java.util.Optional;

/** What a report says of a machine's driver. */
final class DriverFromWire {
  private DriverFromWire() {}

  static Optional<DriverStack> stack(Observation observation) {
    if (!observation.hasDriverStack()) {
      return Optional.empty();
    }
    io.coxswain.v1.DriverStack stack = observation.getDriverStack();
    return Optional.of(
        new DriverStack(
            observation.getOs().getArchitecture(),
            observation.getOs().getKernel(),
            observation.getPciGpusList().stream()
                .map(gpu -> new DriverStack.PciGpu(gpu.getDeviceId(), gpu.getName()))
                .toList(),
            loadedVersion(observation),
            stack.getPackagesList().stream()
                .map(
                    each ->
                        new DriverStack.Installed(
                            each.getName(), each.getVersion(), each.getHeld()))
                .toList(),
            stack.getKernelsList().stream()
                .map(
                    kernel ->
                        new DriverStack.Kernel(
                            kernel.getRelease(), kernel.getHasHeaders(), kernel.getBootsNext()))
                .toList(),
            answer(stack.getSecureBoot()),
            answer(stack.getNouveauLoaded()),
            answer(stack.getForeignInstall()),
            stack.getContainerRuntimesList(),
            stack.getHasNvswitch(),
            observation.getInfinibandCount() > 0,
            stack.getBundle(),
            stack.getDriftList(),
            stack.getRebootRequired(),
            stack.getCanRestore(),
            stack.getRootFreeBytes()));
  }

  /** The kernel's word before the library's: after an upgrade they differ. */
  private static String loadedVersion(Observation observation) {
    String module = observation.getGpus().getDriver().getModuleVersion();
    return module.isEmpty() ? observation.getGpus().getDriverVersion() : module;
  }

  private static DriverStack.Answer answer(io.coxswain.v1.DriverStack.Answer answer) {
    return switch (answer) {
      case YES -> DriverStack.Answer.YES;
      case NO -> DriverStack.Answer.NO;
      case ANSWER_UNSPECIFIED, UNRECOGNIZED -> DriverStack.Answer.UNKNOWN;
    };
  }
}

package io.coxswain.agent.link;

import io.coxswain.agent.report.DriverStack;
import java.util.Optional;

/** Driver to wire. */
final class DriverStackEncoder {
  private DriverStackEncoder() {}

  static io.coxswain.v1.DriverStack encode(DriverStack stack) {
    var wire =
        io.coxswain.v1.DriverStack.newBuilder()
            .setSecureBoot(answer(stack.isSecureBoot()))
            .setNouveauLoaded(answer(Optional.of(stack.isNouveauLoaded())))
            .setForeignInstall(answer(Optional.of(stack.isForeign())))
            .addAllContainerRuntimes(stack.containerRuntimes())
            .setHasNvswitch(stack.hasSwitch())
            .setBundle(stack.bundle().name())
            .addAllDrift(stack.bundle().drift())
            .setRebootRequired(stack.bundle().rebootRequired())
            .setCanRestore(stack.bundle().canRestore())
            .setRootFreeBytes(stack.space().rootFreeBytes())
            .setBootFreeBytes(stack.space().bootFreeBytes());
    for (DriverStack.PackageVersion one : stack.packages()) {
      wire.addPackages(
          io.coxswain.v1.DriverStack.Package.newBuilder()
              .setName(one.name())
              .setVersion(one.version())
              .setHeld(one.isHeld()));
    }
    for (DriverStack.Kernel kernel : stack.kernels()) {
      wire.addKernels(
          io.coxswain.v1.DriverStack.Kernel.newBuilder()
              .setRelease(kernel.release())
              .setHasHeaders(kernel.hasHeaders())
              .setBootsNext(kernel.bootsNext())
              .setDkms(kernel.dkms()));
    }
    return wire.build();
  }

  private static io.coxswain.v1.DriverStack.Answer answer(Optional<Boolean> known) {
    return known
        .map(
            yes ->
                yes ? io.coxswain.v1.DriverStack.Answer.YES : io.coxswain.v1.DriverStack.Answer.NO)
        .orElse(io.coxswain.v1.DriverStack.Answer.ANSWER_UNSPECIFIED);
  }
}

package io.coxswain.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DriverLinesTest {
  @Test
  void everythingThatDecidesHasItsLine() {
    DriverStack stack =
        new DriverStack(
            List.of(new DriverStack.PackageVersion("libnvidia-ml1", "580.82.07-1", true)),
            List.of(
                new DriverStack.Kernel(
                    "6.1.0-41-amd64", true, true, "nvidia/580.82.07: installed")),
            Optional.of(true),
            true,
            true,
            List.of("podman"),
            true,
            new DriverStack.Bundle(
                "nvidia-580-open 1",
                List.of("nvidia-smi: not held (expected: held at 580.82.07-1)"),
                "nouveau is loaded",
                true),
            new DriverStack.Space(10L << 30, 1L << 29));
    assertThat(DriverLines.of(stack))
        .containsExactly(
            "bundle nvidia-580-open 1, 1 packages, can be rolled back",
            "drift: nvidia-smi: not held (expected: held at 580.82.07-1)",
            "reboot required: nouveau is loaded",
            "libnvidia-ml1 580.82.07-1 held",
            "kernel 6.1.0-41-amd64, boots next, headers, dkms nvidia/580.82.07: installed",
            "secure boot on, nouveau loaded, installed by NVIDIA's .run file, NVSwitch",
            "containers by podman",
            "free 10.0 GiB on /, 0.5 GiB on /boot");
  }
}

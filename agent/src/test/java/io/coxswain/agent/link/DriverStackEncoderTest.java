package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.DriverStack;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The driver arrives as it was read, and what is not known is not "no". */
class DriverStackEncoderTest {
  @Test
  void everyFieldIsFilled() {
    DriverStack stack =
        new DriverStack(
            List.of(new DriverStack.PackageVersion("libnvidia-ml1", "580.82.07-1", true)),
            List.of(new DriverStack.Kernel("6.1.0-41-amd64", true, true, "installed")),
            Optional.of(true),
            true,
            true,
            List.of("podman"),
            true,
            new DriverStack.Bundle("nvidia-580-open 1", List.of("x"), "y", true),
            new DriverStack.Space(3, 4));
    io.coxswain.v1.DriverStack wire = DriverStackEncoder.encode(stack);
    assertThat(wire.getAllFields().keySet())
        .as("every field of the message")
        .containsExactlyInAnyOrderElementsOf(
            io.coxswain.v1.DriverStack.getDescriptor().getFields());
    assertThat(wire.getKernels(0).getBootsNext()).isTrue();
    assertThat(wire.getPackages(0).getHeld()).isTrue();
    assertThat(wire.getNouveauLoaded()).isEqualTo(io.coxswain.v1.DriverStack.Answer.YES);
  }

  @Test
  void whatTheFirmwareDoesNotTellIsNotNo() {
    DriverStack stack =
        new DriverStack(
            List.of(),
            List.of(),
            Optional.empty(),
            false,
            false,
            List.of(),
            false,
            new DriverStack.Bundle("", List.of(), "", false),
            new DriverStack.Space(0, 0));
    io.coxswain.v1.DriverStack wire = DriverStackEncoder.encode(stack);
    assertThat(wire.getSecureBoot())
        .isEqualTo(io.coxswain.v1.DriverStack.Answer.ANSWER_UNSPECIFIED);
    assertThat(wire.getForeignInstall()).isEqualTo(io.coxswain.v1.DriverStack.Answer.NO);
  }
}

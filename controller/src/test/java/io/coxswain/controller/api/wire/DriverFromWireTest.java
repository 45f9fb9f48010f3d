package io.coxswain.controller.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.v1.GpuDriver;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.InfinibandPort;
import io.coxswain.v1.Observation;
import io.coxswain.v1.OperatingSystem;
import io.coxswain.v1.PciGpu;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DriverFromWireTest {
  @Test
  void allOfItIsTaken() {
    assertThat(DriverFromWire.stack(told()))
        .contains(
            new DriverStack(
                "x86_64",
                "6.1.0-41-amd64",
                List.of(new DriverStack.PciGpu("10de:2335", "GH100 [H200]")),
                "580.95.05",
                List.of(new DriverStack.Installed("nvidia-smi", "580.95.05-1", true)),
                List.of(new DriverStack.Kernel("6.1.0-42-amd64", true, true)),
                Answer.YES,
                Answer.NO,
                Answer.UNKNOWN,
                List.of("podman"),
                true,
                true,
                "ours 3",
                List.of("the pin is gone"),
                "another library",
                true,
                7));
  }

  private static Observation told() {
    return Observation.newBuilder()
        .setOs(OperatingSystem.newBuilder().setArchitecture("x86_64").setKernel("6.1.0-41-amd64"))
        .addPciGpus(PciGpu.newBuilder().setDeviceId("10de:2335").setName("GH100 [H200]"))
        .addInfiniband(InfinibandPort.newBuilder().setDevice("mlx5_0"))
        .setGpus(
            GpuReading.newBuilder()
                .setDriverVersion("580.105.08")
                .setDriver(GpuDriver.newBuilder().setModuleVersion("580.95.05")))
        .setDriverStack(
            io.coxswain.v1.DriverStack.newBuilder()
                .addPackages(
                    io.coxswain.v1.DriverStack.Package.newBuilder()
                        .setName("nvidia-smi")
                        .setVersion("580.95.05-1")
                        .setHeld(true))
                .addKernels(
                    io.coxswain.v1.DriverStack.Kernel.newBuilder()
                        .setRelease("6.1.0-42-amd64")
                        .setHasHeaders(true)
                        .setBootsNext(true))
                .setSecureBoot(io.coxswain.v1.DriverStack.Answer.YES)
                .setNouveauLoaded(io.coxswain.v1.DriverStack.Answer.NO)
                .addContainerRuntimes("podman")
                .setHasNvswitch(true)
                .setBundle("ours 3")
                .addDrift("the pin is gone")
                .setRebootRequired("another library")
                .setCanRestore(true)
                .setRootFreeBytes(7))
        .build();
  }

  @Test
  void anAgentThatLooksAtNoDriverTellsNothing() {
    assertThat(DriverFromWire.stack(Observation.getDefaultInstance())).isEmpty();
  }

  @Test
  void withoutAWordOfTheModuleTheLibraryCounts() {
    Observation observation =
        Observation.newBuilder()
            .setGpus(GpuReading.newBuilder().setDriverVersion("580.95.05"))
            .setDriverStack(io.coxswain.v1.DriverStack.getDefaultInstance())
            .build();

    assertThat(DriverFromWire.stack(observation).orElseThrow().loadedVersion())
        .isEqualTo("580.95.05");
  }
}

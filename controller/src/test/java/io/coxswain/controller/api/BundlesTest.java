package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.MessageLite;
import io.coxswain.controller.Site;
import io.coxswain.controller.api.link.TestAgent;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ApplyBundleRequest;
import io.coxswain.v1.Bundle;
import io.coxswain.v1.BundleMachines;
import io.coxswain.v1.DriverStack;
import io.coxswain.v1.GetBundleRequest;
import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.GetRollRequest;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.ListBundlesRequest;
import io.coxswain.v1.ListBundlesResponse;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachinePlan;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.Observation;
import io.coxswain.v1.OperatingSystem;
import io.coxswain.v1.Operation;
import io.coxswain.v1.PciGpu;
import io.coxswain.v1.PlanBundleRequest;
import io.coxswain.v1.PlanBundleResponse;
import io.coxswain.v1.Report;
import io.coxswain.v1.Roll;
import io.coxswain.v1.RollBackBundleRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bundles as people call them over the socket, with an agent that reports a driver. */
final class BundlesTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void bundlesAreListedAndShown() {
    ListBundlesResponse all =
        site.call(
            "Bundles/ListBundles",
            ListBundlesRequest.getDefaultInstance(),
            ListBundlesResponse.parser());
    Bundle one =
        site.call(
            "Bundles/GetBundle",
            GetBundleRequest.newBuilder().setName("debian-open").build(),
            Bundle.parser());

    assertThat(all.getRefusal()).isEmpty();
    assertThat(all.getBundlesList()).extracting(Bundle::getName).contains("nvidia-580-open");
    assertThat(all.getBundlesList()).contains(one);
    assertThat(one.getRows(0).getDistributionsList()).containsExactly("debian 12");
    assertThat(one.getRepositoriesList()).allMatch(each -> each.getMissing().isEmpty());
    assertThat(site.people().json("GET", "/api/v1/bundles/debian-open", "").body())
        .contains("\"versionPrefix\":\"535.261.03\"");
  }

  @Test
  void aPlanIsOfWhatTheAgentTold() {
    withWorker(
        DriverStack.newBuilder()
            .setSecureBoot(DriverStack.Answer.NO)
            .setForeignInstall(DriverStack.Answer.NO)
            .addPackages(
                DriverStack.Package.newBuilder()
                    .setName("libnvidia-ml1")
                    .setVersion("535.261.03-1~deb12u1")
                    .setHeld(true)),
        () -> {
          PlanBundleResponse plan =
              site.call(
                  "Bundles/PlanBundle",
                  PlanBundleRequest.newBuilder().setName("debian-open").build(),
                  PlanBundleResponse.parser());

          assertThat(plan.getBundle()).isEqualTo("debian-open 1");
          MachinePlan machine = plan.getMachines(0);
          assertThat(machine.getMachine()).isEqualTo("gpu01");
          assertThat(machine.getObstaclesList()).isEmpty();
          assertThat(machine.getDisruption()).isEqualTo(MachinePlan.Disruption.NEEDS_IDLE_NODE);
          assertThat(machine.getChangesList())
              .extracting(MachinePlan.Change::getField)
              .contains("driver", "package nvidia-open-kernel-dkms")
              .doesNotContain("package libnvidia-ml1", "hold libnvidia-ml1");
        });
  }

  @Test
  void whatStandsAgainstItRefusesTheOrder() {
    withWorker(
        DriverStack.newBuilder().setForeignInstall(DriverStack.Answer.YES),
        () ->
            assertThat(
                    refusal("Bundles/ApplyBundle", apply().setRequestId("request-1").build())
                        .getStatus())
                .satisfies(
                    status -> {
                      assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                      assertThat(status.getDescription())
                          .contains("gpu01: driver: installed by NVIDIA's .run file");
                    }));
  }

  @Test
  void anOrderWithoutAnIdOrMachinesIsRefused() {
    assertThat(refusal("Bundles/ApplyBundle", apply().build()).getStatus().getDescription())
        .startsWith("request id: ''");
    assertThat(
            refusal(
                    "Bundles/ApplyBundle",
                    apply().clearMachines().setRequestId("request-1").build())
                .getStatus()
                .getDescription())
        .startsWith("machines: none");
    assertThat(
            refusal(
                    "Bundles/ApplyBundle",
                    apply().setMaxUnavailable(-1).setRequestId("request-1").build())
                .getStatus()
                .getDescription())
        .startsWith("max unavailable:");
    assertThat(
            refusal("Bundles/RollBackBundle", RollBackBundleRequest.getDefaultInstance())
                .getStatus()
                .getDescription())
        .startsWith("request id: ''");
  }

  @Test
  void aBundleThatChangedSinceItsPlanIsRefused() {
    assertThat(
            refusal(
                    "Bundles/ApplyBundle",
                    apply().setPlanned("debian-open 7").setRequestId("request-1").build())
                .getStatus()
                .getDescription())
        .isEqualTo("bundle debian-open 1 (expected: debian-open 7, as it was planned)");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(
            refusal("Bundles/GetBundle", GetBundleRequest.newBuilder().setName("nope").build())
                .getStatus())
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(Status.Code.NOT_FOUND, "bundle 'nope': there is none");
    StatusRuntimeException roll =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                site.call(
                    "Bundles/GetRoll",
                    GetRollRequest.newBuilder().setOperation("op-0000").build(),
                    Roll.parser()));
    assertThat(roll.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(site.people().json("GET", "/api/v1/rolls", "").status()).isEqualTo(200);
  }

  private static ApplyBundleRequest.Builder apply() {
    return ApplyBundleRequest.newBuilder()
        .setName("debian-open")
        .setMachines(BundleMachines.newBuilder().addNames("gpu01"));
  }

  private StatusRuntimeException refusal(String method, MessageLite request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> site.call(method, request, Operation.parser()));
  }

  private void withWorker(DriverStack.Builder stack, Runnable work) {
    try (TestAgent worker = site.join("gpu01", MachineRole.WORKER)) {
      worker
          .connect()
          .say(
              AgentMessage.newBuilder()
                  .setReport(
                      Report.newBuilder()
                          .setObservation(
                              Observation.newBuilder()
                                  .setChecks(1)
                                  .setOs(
                                      OperatingSystem.newBuilder()
                                          .setId("debian")
                                          .setVersion("12")
                                          .setKernel("6.1.0-41-amd64")
                                          .setArchitecture("x86_64"))
                                  .setGpus(
                                      GpuReading.newBuilder()
                                          .setState(GpuReading.State.UNSUPPORTED)
                                          .setReason("no driver"))
                                  .setPciGpuCount(1)
                                  .addPciGpus(
                                      PciGpu.newBuilder()
                                          .setDeviceId("10de:1eb8")
                                          .setName("TU104GL [Tesla T4]"))
                                  .setDriverStack(stack))));
      long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!isHeard()) {
        assertThat(System.nanoTime()).as("it is heard in time").isLessThan(giveUp);
      }
      work.run();
    }
  }

  private boolean isHeard() {
    return site.call(
            "Machines/GetMachine",
            GetMachineRequest.newBuilder().setName("gpu01").build(),
            Machine.parser())
        .getObservation()
        .hasDriverStack();
  }
}

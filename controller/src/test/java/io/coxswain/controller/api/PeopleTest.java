package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.Status;
import io.coxswain.controller.Site;
import io.coxswain.controller.api.link.TestAgent;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.CancelOperationRequest;
import io.coxswain.v1.Cluster;
import io.coxswain.v1.CreateClusterRequest;
import io.coxswain.v1.CreateClusterResponse;
import io.coxswain.v1.GetClusterRequest;
import io.coxswain.v1.GetMachineRequest;
import io.coxswain.v1.GpuReading;
import io.coxswain.v1.Health;
import io.coxswain.v1.ListClustersRequest;
import io.coxswain.v1.ListClustersResponse;
import io.coxswain.v1.Machine;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.NetworkInterface;
import io.coxswain.v1.Observation;
import io.coxswain.v1.Operation;
import io.coxswain.v1.OperationUpdate;
import io.coxswain.v1.Report;
import io.coxswain.v1.WatchOperationRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people call over the Unix socket: gRPC-Web as the command line speaks it, and JSON. */
class PeopleTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void theSocketIsForItsOwnerAndGroup() throws IOException {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(site.directory().resolve("cox.sock"))))
        .isEqualTo("rw-rw----");
  }

  @Test
  void aRequestIdThatWasSeenReturnsTheSameOperation() {
    withTwoMachines(
        () -> {
          CreateClusterRequest request =
              CreateClusterRequest.newBuilder()
                  .setRequestId("request-1")
                  .setShape("cpu")
                  .setSize(1)
                  .build();
          CreateClusterResponse first = create(request);
          CreateClusterResponse again = create(request);

          assertThat(again.getOperation().getId()).isEqualTo(first.getOperation().getId());
          assertThat(again.getCluster().getId()).isEqualTo(first.getCluster().getId());
          assertThat(
                  site.call(
                          "Clusters/ListClusters",
                          ListClustersRequest.getDefaultInstance(),
                          ListClustersResponse.parser())
                      .getClustersList())
              .hasSize(1);
          assertThat(first.getCluster().getCreatedBy())
              .as("the kernel's word about the peer")
              .isEqualTo(System.getProperty("user.name"));
        });
  }

  @Test
  void aPlanWritesNothing() {
    withTwoMachines(
        () -> {
          CreateClusterResponse planned =
              create(
                  CreateClusterRequest.newBuilder()
                      .setShape("cpu")
                      .setSize(1)
                      .setDryRun(true)
                      .build());

          assertThat(planned.getPlan().getLeases(0).getMachine()).isEqualTo("cpu01");
          assertThat(planned.hasOperation()).isFalse();
          assertThat(
                  site.call(
                          "Clusters/ListClusters",
                          ListClustersRequest.getDefaultInstance(),
                          ListClustersResponse.parser())
                      .getClustersList())
              .isEmpty();
        });
  }

  @Test
  void watchingTellsTheStateAndEveryChangeUntilTheEnd() {
    withTwoMachines(
        () -> {
          CreateClusterResponse created =
              create(
                  CreateClusterRequest.newBuilder()
                      .setRequestId("request-1")
                      .setShape("cpu")
                      .setSize(1)
                      .setJumphost("shared")
                      .build());
          String id = created.getOperation().getId();
          try (SocketClient.Replies<OperationUpdate> updates =
              site.people()
                  .open(
                      "Operations/WatchOperation",
                      WatchOperationRequest.newBuilder().setId(id).build(),
                      OperationUpdate.parser())) {
            OperationUpdate first = updates.next().orElseThrow();
            assertThat(first.getOperation().getState()).isEqualTo(Operation.State.IN_PROGRESS);
            assertThat(first.getInstancesList()).hasSize(2);

            site.call(
                "Operations/CancelOperation",
                CancelOperationRequest.newBuilder().setId(id).build(),
                Operation.parser());
            OperationUpdate last = first;
            for (Optional<OperationUpdate> next = updates.next();
                next.isPresent();
                next = updates.next()) {
              last = next.get();
            }
            assertThat(last.getOperation().getState()).isEqualTo(Operation.State.CANCELLED);
          }
        });
  }

  @Test
  void watchingWhatIsNotThereIsRefusedWithDetails() {
    try (SocketClient.Replies<OperationUpdate> updates =
        site.people()
            .open(
                "Operations/WatchOperation",
                WatchOperationRequest.newBuilder().setId("nope").build(),
                OperationUpdate.parser())) {
      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, updates::next);
      Status status = Objects.requireNonNull(StatusProto.fromThrowable(refused));

      assertThat(status.getCode()).isEqualTo(5);
      assertThat(status.getDetailsList())
          .extracting(detail -> detail.getTypeUrl().replaceAll(".*\\.", ""))
          .contains("ErrorInfo", "ResourceInfo", "Help");
    }
  }

  @Test
  void aClusterThatIsNotThereIsNotFound() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                site.call(
                    "Clusters/GetCluster",
                    GetClusterRequest.newBuilder().setName("nope").build(),
                    Cluster.parser()));

    assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.NOT_FOUND);
  }

  @Test
  void anErrorInJsonHasCodeMessageAndDetails() {
    SocketClient.Answer answer =
        site.people()
            .json(
                "POST",
                "/api/v1/clusters",
                "{\"requestId\":\"request-1\",\"shape\":\"8xH200\",\"size\":1,\"name\":\"größe\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"code\":3,\"message\":\"name: 'größe' (expected: ^[a-z][a-z0-9-]{1,30}$)\",\"details\":["
                + "{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\",\"fieldViolations\":[{\"field\":\"name\","
                + "\"description\":\"name: 'größe' (expected: ^[a-z][a-z0-9-]{1,30}$)\"}]},"
                + "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"INVALID_FIELD\",\"domain\":\"coxswain\"}]}");
  }

  @Test
  void unknownFieldsAndWhatIsNotJsonAreRefused() {
    SocketClient.Answer unknown =
        site.people().json("POST", "/api/v1/clusters", "{\"shape\":\"8xH200\",\"sise\":2}");
    SocketClient.Answer broken = site.people().json("POST", "/api/v1/clusters", "{\"shape\"");

    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body()).contains("Cannot find field: sise");
    assertThat(broken.status()).isEqualTo(400);
    assertThat(broken.body()).contains("\"code\":3");
  }

  @Test
  void anUnknownPathIsNotFoundInTheSameForm() {
    assertThat(site.people().json("GET", "/api/v1/nothing", ""))
        .isEqualTo(
            new SocketClient.Answer(404, "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}"));
  }

  @Test
  void queryParametersAreFields() {
    withTwoMachines(
        () -> {
          site.people().json("POST", "/api/v1/machines/cpu01:label", "{\"set\":{\"rack\":\"a1\"}}");

          assertThat(site.people().json("GET", "/api/v1/machines?selector=rack%3Da1", "").body())
              .contains("cpu01")
              .doesNotContain("\"jump\"");
        });
  }

  @Test
  void whatNobodyExpectedIsToldByItsNumberAlone() {
    site.store().close();
    SocketClient.Answer answer = site.people().json("GET", "/api/v1/clusters", "");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body())
        .containsPattern("internal error [0-9a-f]{8} \\(the controller's log")
        .doesNotContain("Exception", "closed");
  }

  private CreateClusterResponse create(CreateClusterRequest request) {
    return site.call("Clusters/CreateCluster", request, CreateClusterResponse.parser());
  }

  private void withTwoMachines(Runnable work) {
    try (TestAgent jumphost = site.join("jump", MachineRole.JUMPHOST);
        TestAgent worker = site.join("cpu01", MachineRole.WORKER)) {
      jumphost.connect().say(report("10.0.0.1"));
      worker.connect().say(report("10.0.0.2"));
      long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!isMeasured("jump") || !isMeasured("cpu01")) {
        assertThat(System.nanoTime()).as("both are measured in time").isLessThan(giveUp);
      }
      work.run();
    }
  }

  private boolean isMeasured(String machine) {
    return site.call(
                "Machines/GetMachine",
                GetMachineRequest.newBuilder().setName(machine).build(),
                Machine.parser())
            .getHealth()
        == Health.PASS;
  }

  private static AgentMessage.Builder report(String address) {
    return AgentMessage.newBuilder()
        .setReport(
            Report.newBuilder()
                .setObservation(
                    Observation.newBuilder()
                        .setChecks(1)
                        .setGpus(
                            GpuReading.newBuilder()
                                .setState(GpuReading.State.UNSUPPORTED)
                                .setReason("no NVIDIA hardware"))
                        .addInterfaces(
                            NetworkInterface.newBuilder()
                                .setName("eth0")
                                .setUp(true)
                                .addAddresses(address + "/24"))));
  }
}

package io.coxswain.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.BundlesGrpc;
import io.coxswain.v1.ClustersGrpc;
import io.coxswain.v1.HistoriesGrpc;
import io.coxswain.v1.ImageArchivesGrpc;
import io.coxswain.v1.ImagesGrpc;
import io.coxswain.v1.InstancesGrpc;
import io.coxswain.v1.MachinesGrpc;
import io.coxswain.v1.NodeTestsGrpc;
import io.coxswain.v1.NodepoolsGrpc;
import io.coxswain.v1.OperationsGrpc;
import io.coxswain.v1.PowerGrpc;
import io.coxswain.v1.VolumesGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every call of the contract by every kind of caller. A call without a row fails here. */
final class AuthorizationTest {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AgentLinkGrpc.getServiceDescriptor(),
          BundlesGrpc.getServiceDescriptor(),
          ClustersGrpc.getServiceDescriptor(),
          HistoriesGrpc.getServiceDescriptor(),
          ImageArchivesGrpc.getServiceDescriptor(),
          ImagesGrpc.getServiceDescriptor(),
          InstancesGrpc.getServiceDescriptor(),
          MachinesGrpc.getServiceDescriptor(),
          NodeTestsGrpc.getServiceDescriptor(),
          OperationsGrpc.getServiceDescriptor(),
          PowerGrpc.getServiceDescriptor(),
          VolumesGrpc.getServiceDescriptor(),
          NodepoolsGrpc.getServiceDescriptor());

  private static final PeerIdentity NOBODY = new PeerIdentity.Anonymous();
  private static final PeerIdentity AGENT = new PeerIdentity.Agent("m-1");
  private static final PeerIdentity USER = new PeerIdentity.LocalUser(1000, "alice");

  @Test
  void everyCallHasARowAndEveryRowACall() {
    assertThat(Authorization.TABLE.keySet()).containsExactlyInAnyOrderElementsOf(calls().toList());
  }

  @Test
  void noServiceOfTheContractIsForgottenHere() throws Exception {
    Path generated =
        Path.of(AgentLinkGrpc.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("io/coxswain/v1");
    if (Files.isDirectory(generated)) {
      try (Stream<Path> files = Files.list(generated)) {
        long services =
            files
                .filter(file -> file.getFileName().toString().matches("[A-Za-z]+Grpc\\.class"))
                .count();
        assertThat(services).isEqualTo(SERVICES.size());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCallByEveryCaller() {
    return calls()
        .flatMap(
            call ->
                Stream.of(NOBODY, AGENT, USER)
                    .map(
                        peer ->
                            DynamicTest.dynamicTest(
                                call + " by " + peer,
                                () ->
                                    assertThat(Authorization.isAllowed(call, peer))
                                        .isEqualTo(allowed(call).contains(peer)))));
  }

  @Test
  void whatHasNoRowIsDeniedToEverybody() {
    for (String call :
        List.of(
            "coxswain.v1.Machines/FormatDisks",
            "grpc.health.v1.Health/Check",
            "",
            "coxswain.v1.agentlink/enroll")) {
      for (PeerIdentity peer : List.of(NOBODY, AGENT, USER)) {
        assertThat(Authorization.isAllowed(call, peer)).as("%s by %s", call, peer).isFalse();
      }
    }
  }

  private static Set<PeerIdentity> allowed(String call) {
    return switch (call) {
      case "coxswain.v1.AgentLink/Enroll" -> Set.of(NOBODY, AGENT);
      case "coxswain.v1.AgentLink/Renew",
          "coxswain.v1.AgentLink/Connect",
          "coxswain.v1.ImageArchives/FetchImage" ->
          Set.of(AGENT);
      default -> Set.of(USER);
    };
  }

  private static Stream<String> calls() {
    return SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(MethodDescriptor::getFullMethodName);
  }
}

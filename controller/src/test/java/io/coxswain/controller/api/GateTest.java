package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.controller.Site;
import io.coxswain.controller.api.link.TestAgent;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.ClustersGrpc;
import io.coxswain.v1.InstancesGrpc;
import io.coxswain.v1.MachineRole;
import io.coxswain.v1.MachinesGrpc;
import io.coxswain.v1.OperationsGrpc;
import io.coxswain.v1.RenewRequest;
import io.coxswain.v1.RenewResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every call of the contract, from everybody who must not make it. */
class GateTest {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AgentLinkGrpc.getServiceDescriptor(),
          ClustersGrpc.getServiceDescriptor(),
          InstancesGrpc.getServiceDescriptor(),
          MachinesGrpc.getServiceDescriptor(),
          OperationsGrpc.getServiceDescriptor());

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void whoeverShowsNoCertificateMayJoinAndNothingElse() {
    try (TestAgent anonymous = new TestAgent(site)) {
      for (MethodDescriptor<?, ?> method : methods()) {
        Status.Code code = end(anonymous.channel(), method);
        if (method.getFullMethodName().equals("coxswain.v1.AgentLink/Enroll")) {
          assertThat(code).as("an empty token").isEqualTo(Status.Code.PERMISSION_DENIED);
        } else {
          assertThat(code).as(method.getFullMethodName()).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
      }
    }
  }

  @Test
  void anAgentMakesNoCallOfPeople() {
    try (TestAgent agent = site.join("gpu01", MachineRole.WORKER)) {
      for (MethodDescriptor<?, ?> method : methods()) {
        if (!AgentLinkGrpc.SERVICE_NAME.equals(method.getServiceName())) {
          assertThat(end(agent.channel(), method))
              .as(method.getFullMethodName())
              .isEqualTo(Status.Code.PERMISSION_DENIED);
        }
      }
    }
  }

  @Test
  void peopleMakeNoCallOfAgents() {
    for (MethodDescriptor<?, ?> method : AgentLinkGrpc.getServiceDescriptor().getMethods()) {
      String path = method.getFullMethodName().replace("coxswain.v1.", "");
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> site.call(path, RenewRequest.getDefaultInstance(), RenewResponse.parser()));
      assertThat(refused.getStatus().getCode()).as(path).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void jsonPassesThroughTheSameGate()
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", site.authority().certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    tls.init(null, trust.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
      URI uri = URI.create("https://localhost:" + site.port() + "/api/v1/machines");
      var answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("\"code\":16").contains("NO_IDENTITY");
    }
  }

  private static List<MethodDescriptor<?, ?>> methods() {
    return SERVICES.stream()
        .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
        .toList();
  }

  private static <Q, A> Status.Code end(ManagedChannel channel, MethodDescriptor<Q, A> method) {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    @SuppressWarnings("unchecked")
    MethodDescriptor.PrototypeMarshaller<Q> marshaller =
        (MethodDescriptor.PrototypeMarshaller<Q>) method.getRequestMarshaller();
    call.sendMessage(Objects.requireNonNull(marshaller.getMessagePrototype()));
    call.halfClose();
    return end.orTimeout(20, TimeUnit.SECONDS).join().getCode();
  }
}

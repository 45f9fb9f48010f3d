package io.coxswain.agent.link;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Help;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.Assignment;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.EnrollRequest;
import io.coxswain.v1.EnrollResponse;
import io.coxswain.v1.RenewRequest;
import io.coxswain.v1.RenewResponse;
import io.coxswain.v1.Welcome;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A controller that knows one token, on a real port with real TLS. */
final class TestController extends AgentLinkGrpc.AgentLinkImplBase implements AutoCloseable {
  static final String TOKEN = "the-token";

  final BlockingQueue<AgentMessage> received = new LinkedBlockingQueue<>();
  final AtomicInteger renewals = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();
  private final Queue<StreamObserver<ControllerMessage>> open = new ConcurrentLinkedQueue<>();
  private final TestAuthority authority;
  private final Server server;
  private Duration life = Duration.ofHours(1);
  private Assignment assignment = Assignment.getDefaultInstance();

  TestController(TestAuthority authority, String name) throws IOException {
    this.authority = authority;
    KeyPair key = Certificates.newKey();
    ByteArrayOutputStream chain = new ByteArrayOutputStream();
    chain.writeBytes(Pem.of(authority.server(key.getPublic(), name)).bytes());
    chain.writeBytes(Pem.of(authority.certificate()).bytes());
    server =
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TlsServerCredentials.newBuilder()
                    .keyManager(
                        new Pem(chain.toByteArray()).stream(),
                        Pem.of("PRIVATE KEY", key.getPrivate().getEncoded()).stream())
                    .trustManager(Pem.of(authority.certificate()).stream())
                    .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                    .build())
            .addService(this)
            .build()
            .start();
  }

  /** Certificates live this long from now on. */
  void issueFor(Duration duration) {
    life = duration;
  }

  void assign(Assignment next) {
    assignment = next;
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void enroll(EnrollRequest request, StreamObserver<EnrollResponse> answer) {
    if (!request.getToken().equals(TOKEN)) {
      Help help =
          Help.newBuilder()
              .addLinks(Help.Link.newBuilder().setDescription("make another token"))
              .build();
      answer.onError(
          StatusProto.toStatusRuntimeException(
              com.google.rpc.Status.newBuilder()
                  .setCode(Status.Code.PERMISSION_DENIED.value())
                  .setMessage("join token: unknown (expected: one that was not used)")
                  .addDetails(Any.pack(help))
                  .build()));
      return;
    }
    answer.onNext(
        EnrollResponse.newBuilder()
            .setMachineId("m-1")
            .setCertificate(certificate(request.getCertificateRequest()))
            .setCaCertificate(ByteString.copyFrom(Certificates.der(authority.certificate())))
            .build());
    answer.onCompleted();
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<RenewResponse> answer) {
    renewals.incrementAndGet();
    life = Duration.ofHours(1);
    answer.onNext(
        RenewResponse.newBuilder()
            .setCertificate(certificate(request.getCertificateRequest()))
            .build());
    answer.onCompleted();
  }

  private ByteString certificate(ByteString request) {
    return ByteString.copyFrom(Certificates.der(authority.agent(request.toByteArray(), life)));
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> down) {
    streams.incrementAndGet();
    open.add(down);
    return new StreamObserver<>() {
      @Override
      public void onNext(AgentMessage message) {
        received.add(message);
        if (message.hasHello()) {
          down.onNext(
              ControllerMessage.newBuilder()
                  .setSequence(1)
                  .setWelcome(Welcome.newBuilder().setHeartbeatSeconds(1).setReportSeconds(60))
                  .build());
          down.onNext(
              ControllerMessage.newBuilder().setSequence(2).setAssignment(assignment).build());
        }
      }

      @Override
      public void onError(Throwable error) {
        // The agent went away.
      }

      @Override
      public void onCompleted() {
        down.onCompleted();
      }
    };
  }

  /** Ends every stream that is open. */
  void drop() {
    for (var down = open.poll(); down != null; down = open.poll()) {
      down.onError(Status.UNAVAILABLE.withDescription("restarting").asRuntimeException());
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

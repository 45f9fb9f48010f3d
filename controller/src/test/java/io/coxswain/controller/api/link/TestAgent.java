package io.coxswain.controller.api.link;

import com.google.protobuf.ByteString;
import io.coxswain.controller.Site;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.EnrollRequest;
import io.coxswain.v1.EnrollResponse;
import io.coxswain.v1.Hello;
import io.coxswain.v1.RenewRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** An agent's side of the wire, with its own key and real mutual TLS, and without any manners. */
public final class TestAgent implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final int port;
  private final X509Certificate trusted;
  private final KeyPair key = newKey();
  private ByteString certificate = ByteString.EMPTY;
  private String id = "";
  private ManagedChannel channel;

  public TestAgent(Site site) {
    this(site.port(), site.authority().certificate());
  }

  TestAgent(int port, X509Certificate trusted) {
    this.port = port;
    this.trusted = trusted;
    this.channel = newChannel();
  }

  String id() {
    return id;
  }

  /** For calls that no method here makes. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Joins, and from then on shows the certificate that it got. */
  public EnrollResponse join(String token, String name, String systemUuid) {
    EnrollResponse response =
        AgentLinkGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .enroll(
                EnrollRequest.newBuilder()
                    .setToken(token)
                    .setCertificateRequest(request())
                    .setName(name)
                    .setSystemUuid(systemUuid)
                    .setAgentVersion("0.1.0")
                    .build());
    id = response.getMachineId();
    show(response.getCertificate());
    return response;
  }

  /** Shows another certificate for the same key from now on. */
  void show(ByteString der) {
    certificate = der;
    channel.shutdownNow();
    channel = newChannel();
  }

  ByteString certificate() {
    return certificate;
  }

  ByteString renew() {
    return AgentLinkGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .renew(RenewRequest.newBuilder().setCertificateRequest(request()).build())
        .getCertificate();
  }

  /** Opens the stream and says hello with its own id. */
  public Stream connect() {
    Stream stream = new Stream();
    stream.say(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder().setMachineId(id).setBootId("boot-1").setAgentVersion("0.1.0")));
    return stream;
  }

  /** Opens the stream and says nothing. */
  Stream connectSilently() {
    return new Stream();
  }

  ByteString request() {
    try {
      byte[] der =
          new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=test"), key.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
              .getEncoded();
      return ByteString.copyFrom(der);
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private ManagedChannel newChannel() {
    try {
      TlsChannelCredentials.Builder tls =
          TlsChannelCredentials.newBuilder().trustManager(pem("CERTIFICATE", trusted.getEncoded()));
      if (!certificate.isEmpty()) {
        tls.keyManager(
            pem("CERTIFICATE", certificate.toByteArray()),
            pem("PRIVATE KEY", key.getPrivate().getEncoded()));
      }
      return OkHttpChannelBuilder.forAddress("localhost", port, tls.build()).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream pem(String kind, byte[] der) {
    String text =
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + kind
            + "-----\n";
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One stream, numbered by itself unless told otherwise. */
  public final class Stream implements StreamObserver<ControllerMessage> {
    private final BlockingQueue<ControllerMessage> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<AgentMessage> up = AgentLinkGrpc.newStub(channel).connect(this);
    private long sequence;

    public void say(AgentMessage.Builder message) {
      sayNumbered(++sequence, message);
    }

    void sayNumbered(long number, AgentMessage.Builder message) {
      up.onNext(message.setSequence(number).build());
    }

    /** The next message down, which must be there soon. */
    public ControllerMessage next() {
      try {
        ControllerMessage message = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new IllegalStateException(
              "nothing was told" + (end.isDone() ? "; the stream ended: " + end.join() : ""));
        }
        return message;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** How the stream ended, which must be soon. */
    public Status end() {
      return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    boolean hasEnded() {
      return end.isDone();
    }

    @Override
    public void onNext(ControllerMessage message) {
      told.add(message);
    }

    @Override
    public void onError(Throwable cause) {
      end.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}

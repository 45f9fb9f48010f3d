package io.coxswain.agent.link;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.report.MachineIdentity;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.EnrollRequest;
import io.coxswain.v1.EnrollResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Joining: a token and the CA's pin become a certificate for a key that was made here and never
 * leaves.
 */
public final class Enrollment {
  private static final int DEADLINE_SECONDS = 30;
  private static final int ATTEMPTS = 4;

  private final Host host;
  private final Endpoint controller;
  private final String pin;

  public Enrollment(Host host, Endpoint controller, String pin) {
    if (!pin.matches("sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "CA pin: '"
              + pin
              + "' (expected: sha256: and 64 hex digits, as coxd fingerprint prints)");
    }
    this.host = host;
    this.controller = controller;
    this.pin = pin;
  }

  /**
   * The identity that this machine has already with this CA. Throws when it belongs to another CA.
   */
  public Optional<AgentIdentity> existing() {
    Optional<AgentIdentity> existing = AgentIdentity.read(host);
    existing
        .filter(identity -> !identity.caPin().equals(pin))
        .ifPresent(
            identity -> {
              throw new LinkException(
                  "this machine has joined another controller, with CA %s (expected: %s)"
                      .formatted(identity.caPin(), pin),
                  List.of("to leave that controller for this one, add --anew"));
            });
    return existing;
  }

  /** Joins; nothing is written before the controller said yes. */
  public AgentIdentity enroll(String token, MachineIdentity machine, String name) {
    KeyPair key = Certificates.newKey();
    EnrollRequest request =
        EnrollRequest.newBuilder()
            .setToken(token)
            .setCertificateRequest(
                com.google.protobuf.ByteString.copyFrom(
                    Certificates.request(name, key.getPublic(), key.getPrivate())))
            .setName(name)
            .setSystemUuid(machine.systemUuid())
            .setBoardSerial(machine.boardSerial())
            .setAgentVersion(machine.agentVersion())
            .build();
    try {
      AgentIdentity identity = verified(ask(request), key);
      // Before the identity: an agent that starts in between must not find both.
      StoredAssignment.forget(host);
      identity.write(host);
      return identity;
    } catch (StatusRuntimeException e) {
      throw LinkException.of("join " + controller, e);
    }
  }

  /** A connection that was torn down before it stood, by a busy controller, is tried again. */
  private EnrollResponse ask(EnrollRequest request) {
    for (int attempt = 1; ; attempt++) {
      // A channel anew: one that has failed tells the same for a while without trying.
      ManagedChannel channel = Channels.pinned(controller, pin);
      try {
        return AgentLinkGrpc.newBlockingStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .enroll(request);
      } catch (StatusRuntimeException e) {
        if (attempt == ATTEMPTS || !isTorn(e.getStatus())) {
          throw e;
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static boolean isTorn(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    // Nobody who listens, and a certificate that is not the pinned one, will be the same again.
    return status.getCode() == Status.Code.UNAVAILABLE
        && cause instanceof IOException
        && !(cause instanceof ConnectException)
        && !(cause instanceof SSLException);
  }

  private AgentIdentity verified(EnrollResponse response, KeyPair key) {
    try {
      X509Certificate ca = Certificates.parse(response.getCaCertificate().toByteArray());
      if (!Certificates.pin(ca).equals(pin)) {
        throw new LinkException(
            "the CA's certificate in the answer: "
                + Certificates.pin(ca)
                + " (expected: "
                + pin
                + ")");
      }
      X509Certificate certificate = Certificates.parse(response.getCertificate().toByteArray());
      certificate.verify(ca.getPublicKey());
      if (!certificate.getPublicKey().equals(key.getPublic())) {
        throw new LinkException("the certificate in the answer is for another key");
      }
      return new AgentIdentity(
          response.getMachineId(),
          Pem.of("PRIVATE KEY", key.getPrivate().getEncoded()),
          Pem.of(certificate),
          Pem.of(ca));
    } catch (GeneralSecurityException e) {
      throw new LinkException("the certificate in the answer: " + e.getMessage());
    }
  }
}

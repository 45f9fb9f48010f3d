package io.coxswain.agent.link;

import com.google.protobuf.ByteString;
import io.coxswain.agent.host.Host;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.RenewRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A younger certificate for the same key, asked for at half of the life of the old one. */
final class Renewal {
  private static final int DEADLINE_SECONDS = 30;
  // Machines that joined together must not renew together.
  private static final int SPREAD_PERCENT = 10;

  private Renewal() {}

  /** Half of the life, and up to a tenth of it more or less, always the same for a machine. */
  static Instant due(AgentIdentity identity) {
    X509Certificate certificate = identity.x509();
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    int percent =
        50
            - SPREAD_PERCENT
            + Math.floorMod(identity.machineId().hashCode(), 2 * SPREAD_PERCENT + 1);
    return from.plus(life.multipliedBy(percent).dividedBy(100));
  }

  static AgentIdentity renew(Host host, AgentIdentity identity, Channel channel) {
    byte[] request =
        Certificates.request(
            identity.machineId(),
            identity.x509().getPublicKey(),
            Certificates.privateKey(identity.key()));
    try {
      byte[] answer =
          AgentLinkGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .renew(
                  RenewRequest.newBuilder()
                      .setCertificateRequest(ByteString.copyFrom(request))
                      .build())
              .getCertificate()
              .toByteArray();
      X509Certificate younger = Certificates.parse(answer);
      younger.verify(identity.ca().certificate().getPublicKey());
      if (!younger.getPublicKey().equals(identity.x509().getPublicKey())) {
        throw new LinkException("the renewed certificate is for another key");
      }
      return identity.renewed(host, Pem.of(younger));
    } catch (StatusRuntimeException e) {
      throw LinkException.of("renew the certificate", e);
    } catch (GeneralSecurityException e) {
      throw new LinkException("the renewed certificate: " + e.getMessage());
    }
  }
}

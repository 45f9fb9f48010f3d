package io.coxswain.agent.link;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A certificate authority as the controller's is. */
final class TestAuthority {
  private final KeyPair key = Certificates.newKey();
  private final X509Certificate certificate;

  TestAuthority() {
    certificate = issue("CN=test CA", key.getPublic(), Duration.ofDays(1), true, "");
  }

  X509Certificate certificate() {
    return certificate;
  }

  String pin() {
    return Certificates.pin(certificate);
  }

  X509Certificate server(PublicKey subject, String name) {
    return issue("CN=controller", subject, Duration.ofHours(1), false, name);
  }

  X509Certificate agent(byte[] request, Duration life) {
    try {
      JcaPKCS10CertificationRequest csr = new JcaPKCS10CertificationRequest(request);
      return issue("CN=m-1", csr.getPublicKey(), life, false, "");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate issue(
      String subject, PublicKey subjectKey, Duration life, boolean isCa, String dnsName) {
    try {
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=test CA"),
              new BigInteger(64, new SecureRandom()),
              Date.from(now.minusSeconds(60)),
              Date.from(now.plus(life)),
              new X500Principal(subject),
              subjectKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
      if (!dnsName.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

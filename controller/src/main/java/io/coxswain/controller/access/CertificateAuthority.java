package io.coxswain.controller.access;

import io.coxswain.controller.access.AccessException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * Our own certificate authority, EC P-256. It signs the server's certificate and those of agents,
 * and nothing else.
 */
public final class CertificateAuthority {
  /** An agent renews at half of this. */
  public static final Duration AGENT_LIFE = Duration.ofHours(24);

  /**
   * What every agent's certificate says it is, for scrapers to ask for: one name for all, because
   * Prometheus knows one for all targets of a job. Of a domain that is nobody's (ICANN's
   * .internal), so that no machine passes for the controller.
   */
  public static final String AGENTS_NAME = "agent.coxswain.internal";

  private static final Duration CA_LIFE = Duration.ofDays(3650);
  private static final Duration SERVER_LIFE = Duration.ofDays(365);

  /** Clocks of machines that join may be a little behind. */
  private static final Duration BACKDATE = Duration.ofMinutes(10);

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final X500Name NAME = named("Coxswain CA");

  private final KeyFiles files;
  private final PrivateKey key;
  private final X509Certificate certificate;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  private CertificateAuthority(
      KeyFiles files, PrivateKey key, X509Certificate certificate, InstantSource clock) {
    this.files = files;
    this.key = key;
    this.certificate = certificate;
    this.clock = clock;
  }

  /**
   * Opens the authority in the directory; makes it first where there is none. An existing one is
   * never overwritten.
   */
  public static CertificateAuthority openOrCreate(Path state, InstantSource clock) {
    KeyFiles files = new KeyFiles(state);
    try {
      if (!files.exists("ca.key")) {
        KeyPair pair = KeyFiles.newKeyPair();
        X509Certificate certificate = selfSigned(pair, clock.instant());
        files.writeCertificates("ca.pem", List.of(certificate));
        // The key last: an authority without a certificate would be of no use, and this one is made
        // again.
        files.writeKey("ca.key", pair.getPrivate());
      }
      return open(state, clock);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("certificate authority: " + state + ": " + e.getMessage(), e);
    }
  }

  /** Opens the authority in the directory; throws when {@code coxd init} was never run. */
  public static CertificateAuthority open(Path state, InstantSource clock) {
    KeyFiles files = new KeyFiles(state);
    try {
      if (!files.exists("ca.key")) {
        throw new IllegalStateException(
            "certificate authority: none in " + state + " (expected: 'coxd init' was run)");
      }
      return new CertificateAuthority(
          files, files.readKey("ca.key"), files.readCertificate("ca.pem"), clock);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("certificate authority: " + state + ": " + e.getMessage(), e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * {@code sha256:} and the hexadecimal hash of the certificate's DER: what joining machines pin.
   */
  public String fingerprint() {
    return KeyFiles.fingerprint(certificate);
  }

  /**
   * The server's key and chain (its own certificate, then the authority's), made anew when names
   * change or half its life is over.
   */
  public ServerIdentity server(Collection<String> names) {
    try {
      if (files.exists("server.key") && files.exists("server.pem")) {
        X509Certificate known = files.readCertificate("server.pem");
        Instant half = known.getNotAfter().toInstant().minus(SERVER_LIFE.dividedBy(2));
        if (KeyFiles.names(known).equals(new TreeSet<>(names)) && clock.instant().isBefore(half)) {
          return new ServerIdentity(files.readKey("server.key"), List.of(known, certificate));
        }
      }
      KeyPair pair = KeyFiles.newKeyPair();
      List<GeneralName> alternatives = new ArrayList<>();
      new TreeSet<>(names)
          .forEach(
              name ->
                  alternatives.add(
                      new GeneralName(
                          KeyFiles.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName,
                          name)));
      X509Certificate issued =
          sign(
              named("coxd"),
              pair.getPublic(),
              SERVER_LIFE,
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth},
              alternatives);
      files.writeKey("server.key", pair.getPrivate());
      files.writeCertificates("server.pem", List.of(issued));
      return new ServerIdentity(pair.getPrivate(), List.of(issued, certificate));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("server certificate: " + e.getMessage(), e);
    }
  }

  /**
   * A certificate for an agent's own key.
   *
   * @param request PKCS#10, DER; its signature proves that the agent has the key
   */
  public X509Certificate signAgent(byte[] request, String machineId) {
    try {
      JcaPKCS10CertificationRequest parsed = new JcaPKCS10CertificationRequest(request);
      PublicKey agentKey = parsed.getPublicKey();
      if (!(agentKey instanceof ECPublicKey ec)
          || ec.getParams().getCurve().getField().getFieldSize() != 256) {
        throw invalid("its key is not on the curve P-256");
      }
      if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(agentKey))) {
        throw invalid("its signature is not by its own key");
      }
      GeneralName identity =
          new GeneralName(GeneralName.uniformResourceIdentifier, "coxswain:agent:" + machineId);
      return sign(
          named(machineId),
          agentKey,
          AGENT_LIFE,
          // Server as well: an agent may show its metrics to the network, by TLS.
          new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth},
          List.of(identity, new GeneralName(GeneralName.dNSName, AGENTS_NAME)));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | RuntimeException e) {
      if (e instanceof AccessException refused) {
        throw refused;
      }
      throw invalid("it cannot be read");
    }
  }

  private static AccessException invalid(String why) {
    return new AccessException(
        Reason.CERTIFICATE_REQUEST_INVALID,
        "certificate request: " + why + " (expected: PKCS#10 in DER, EC P-256, signed by its key)");
  }

  private X509Certificate sign(
      X500Name subject,
      PublicKey subjectKey,
      Duration life,
      KeyPurposeId[] purposes,
      List<GeneralName> alternatives)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Instant now = clock.instant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            NAME,
            newSerial(random),
            date(now.minus(BACKDATE)),
            date(now.plus(life)),
            subject,
            subjectKey);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purposes));
    if (!alternatives.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(alternatives.toArray(GeneralName[]::new)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }

  private static X509Certificate selfSigned(KeyPair pair, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            NAME,
            newSerial(new SecureRandom()),
            date(now.minus(BACKDATE)),
            date(now.plus(CA_LIFE)),
            NAME,
            pair.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate())));
  }

  /** 127 random bits, so that a serial is never met twice and never negative. */
  private static BigInteger newSerial(SecureRandom random) {
    return new BigInteger(127, random).add(BigInteger.ONE);
  }

  /** As certificates' serials are written to the store. */
  public static String serial(X509Certificate certificate) {
    return HexFormat.of().formatHex(certificate.getSerialNumber().toByteArray());
  }

  @SuppressWarnings("JavaUtilDate") // Bouncy Castle takes no other.
  private static Date date(Instant at) {
    return Date.from(at);
  }

  private static X500Name named(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  /** The server's private key and its chain, leaf first, the authority's own last. */
  public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    public ServerIdentity {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "ServerIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
  }
}

package io.coxswain.agent.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Keys, requests and certificates: EC P-256, PKCS#10, X.509. */
public final class Certificates {
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";

  private Certificates() {}

  /** sha256:hex of the certificate's DER, as the controller prints it for joining. */
  public static String pin(X509Certificate certificate) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der(certificate)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every Java", e);
    }
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  static X509Certificate parse(byte[] pemOrDer) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pemOrDer));
  }

  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(CURVE + " is in every Java", e);
    }
  }

  static PrivateKey privateKey(Pem pem) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pem.der()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("key: not an EC key (" + e.getMessage() + ")", e);
    }
  }

  /**
   * A signed request in DER. The controller decides what the certificate says; the name is a hint
   * for people.
   */
  static byte[] request(String name, PublicKey publicKey, PrivateKey key) {
    try {
      return new JcaPKCS10CertificationRequestBuilder(
              new X500Principal("CN=" + name.replaceAll("[^A-Za-z0-9.-]", "-")), publicKey)
          .build(new JcaContentSignerBuilder(SIGNATURE).build(key))
          .getEncoded();
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("sign a certificate request: " + e.getMessage(), e);
    }
  }
}

package io.coxswain.agent.link;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/** A key or certificate as PEM text; never prints it. */
public final class Pem {
  private final byte[] bytes;

  Pem(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  static Pem of(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return new Pem(
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(type, body)
            .getBytes(StandardCharsets.US_ASCII));
  }

  static Pem of(X509Certificate certificate) {
    return of("CERTIFICATE", Certificates.der(certificate));
  }

  byte[] bytes() {
    return bytes.clone();
  }

  InputStream stream() {
    return new ByteArrayInputStream(bytes);
  }

  X509Certificate certificate() {
    try {
      return Certificates.parse(bytes);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("certificate: not one (" + e.getMessage() + ")", e);
    }
  }

  /** What is between the marker lines. */
  byte[] der() {
    String body = new String(bytes, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
    return Base64.getMimeDecoder().decode(body);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pem that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "PEM, " + bytes.length + " bytes";
  }
}

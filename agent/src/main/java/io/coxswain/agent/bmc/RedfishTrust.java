package io.coxswain.agent.bmc;

import io.coxswain.agent.host.Files;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a Redfish client believes: the one certificate with the fingerprint, anybody where that was
 * asked for, else who the platform's authorities vouch for under the name that was dialled.
 */
final class RedfishTrust extends X509ExtendedTrustManager {
  /** The agent's own runtime carries no authorities; the distribution's are here. */
  private static final String AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

  private final String fingerprint;

  private RedfishTrust(String fingerprint) {
    this.fingerprint = fingerprint;
  }

  static SSLContext context(Access access, Files files)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager[] trust =
        access.trustsAnyone() || !access.fingerprint().isEmpty()
            ? new TrustManager[] {new RedfishTrust(access.fingerprint())}
            : platform(files);
    context.init(null, trust, null);
    return context;
  }

  private static TrustManager[] platform(Files files) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    if (files.stat(AUTHORITIES).isEmpty()) {
      throw new CertificateException(
          AUTHORITIES + ": not there (expected: the package ca-certificates, or a fingerprint)");
    }
    int number = 0;
    for (Certificate authority :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(files.read(AUTHORITIES)))) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (fingerprint.isEmpty()) {
      return;
    }
    String shown = chain.length == 0 ? "none" : of(chain[0]);
    if (!shown.equals(fingerprint)) {
      throw new CertificateException(
          "certificate " + shown + " (expected: the fingerprint " + fingerprint + ")");
    }
  }

  static String of(X509Certificate certificate) throws CertificateException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("an agent has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

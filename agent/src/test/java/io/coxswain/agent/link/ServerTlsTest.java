package io.coxswain.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.metrics.MetricsDoor;
import io.coxswain.agent.metrics.MetricsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metrics for the network: with this machine's certificate, and for those who bring the token. */
class ServerTlsTest {
  private static final String TOKEN = "/etc/coxswain-token";
  private static final String REQUEST = "GET /metrics HTTP/1.1\r\n";

  private final FakeHost host = new FakeHost("gpu01");
  private final TestAuthority authority = new TestAuthority();
  private final KeyPair key = Certificates.newKey();

  @BeforeEach
  void joined() {
    host.files()
        .write(
            TOKEN,
            "a-secret-of-some-length".getBytes(StandardCharsets.UTF_8),
            new Access(0600, "root", "root"));
    new AgentIdentity(
            "m-1",
            Pem.of("PRIVATE KEY", key.getPrivate().getEncoded()),
            Pem.of(certificate(Duration.ofHours(1))),
            Pem.of(authority.certificate()))
        .write(host);
  }

  @Test
  void theNetworkComesInByTlsAndTokenAlone() throws Exception {
    try (MetricsDoor door = door()) {
      assertThat(ask(door, REQUEST + "\r\n")).startsWith("HTTP/1.1 401");
      assertThat(ask(door, REQUEST + "Authorization: Bearer a-secret-of-some-length\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .endsWith("\r\n\r\na_b 1\n");
      assertThat(plain(door)).doesNotContain("HTTP/1.1 ").doesNotContain("a_b");
    }
  }

  @Test
  void aRenewedCertificateIsShownAtOnce() throws Exception {
    try (MetricsDoor door = door()) {
      X509Certificate before = shown(door);
      host.clock().advance(Duration.ofMinutes(1));
      AgentIdentity.read(host)
          .orElseThrow()
          .renewed(host, Pem.of(certificate(Duration.ofHours(2))));
      assertThat(shown(door).getNotAfter()).isAfter(before.getNotAfter());
    }
  }

  @Test
  void withoutACertificateThereIsNoTls() {
    assertThatThrownBy(() -> new ServerTls(new FakeHost("gpu02")).get())
        .hasMessage("this machine has no certificate");
  }

  private MetricsDoor door() {
    MetricsDoor door =
        new MetricsDoor(
            new MetricsSettings(
                Optional.of(MetricsSettings.address("0.0.0.0:0")),
                Optional.of(TOKEN),
                MetricsSettings.HOSTNAME),
            host.files(),
            () -> "a_b 1\n",
            new ServerTls(host));
    door.open();
    return door;
  }

  private X509Certificate certificate(Duration life) {
    return authority.agent(Certificates.request("gpu01", key.getPublic(), key.getPrivate()), life);
  }

  private String ask(MetricsDoor door, String request)
      throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(door)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private X509Certificate shown(MetricsDoor door) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = connect(door)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private SSLSocket connect(MetricsDoor door) throws IOException, GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", authority.certificate());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), door.port());
  }

  private static String plain(MetricsDoor door) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      socket.getOutputStream().write((REQUEST + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}

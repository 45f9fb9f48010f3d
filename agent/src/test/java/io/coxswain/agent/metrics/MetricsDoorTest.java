package io.coxswain.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.Files.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The door's own port, on loopback. */
class MetricsDoorTest {
  private static final String TOKEN = "/etc/coxswain-token";

  private final FakeHost host = new FakeHost("gpu01");

  @Test
  void whoeverIsOnThisMachineGetsThePage() throws IOException {
    try (MetricsDoor door = opened(local(0, Optional.empty()))) {
      String answer = ask(door, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
          .contains("Content-Length: 6\r\n")
          .endsWith("\r\n\r\na_b 1\n");
      assertThat(ask(door, "GET /metrics?a=b HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(ask(door, "HEAD /metrics HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .contains("Content-Length: 6\r\n")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void nothingElseIsThere() throws IOException {
    try (MetricsDoor door = opened(local(0, Optional.empty()))) {
      assertThat(ask(door, "GET /etc/passwd HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
      assertThat(ask(door, "POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405");
      assertThat(ask(door, "hello\r\n\r\n")).startsWith("HTTP/1.1 400");
      assertThat(ask(door, "GET /" + "a".repeat(9000))).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aTokenIsAskedForWhereThereIsOne() throws IOException {
    token("a-secret-of-some-length", 0600);
    try (MetricsDoor door = opened(local(0, Optional.of(TOKEN)))) {
      String request = "GET /metrics HTTP/1.1\r\n";
      assertThat(ask(door, request + "\r\n"))
          .startsWith("HTTP/1.1 401")
          .contains("WWW-Authenticate: Bearer\r\n")
          .doesNotContain("a_b");
      assertThat(ask(door, request + "Authorization: Bearer wrong\r\n\r\n"))
          .startsWith("HTTP/1.1 401");
      assertThat(ask(door, request + "Authorization: Basic a-secret-of-some-length\r\n\r\n"))
          .startsWith("HTTP/1.1 401");
      assertThat(ask(door, request + "authorization: bearer a-secret-of-some-length\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aTokenThatOthersMayReadKeepsTheDoorShutUntilItIsPutRight() {
    token("a-secret-of-some-length", 0640);
    try (MetricsDoor door = opened(local(0, Optional.of(TOKEN)))) {
      assertThat(door.port()).isZero();
      token("short", 0600);
      door.open();
      assertThat(door.port()).isZero();
      token("a-secret-of-some-length", 0600);
      door.open();
      assertThat(door.port()).isPositive();
    }
    assertThatThrownBy(() -> ScrapeToken.read(host.files(), "/etc/none"))
        .hasMessage(
            "token_file /etc/none is not there (expected: a file of root's with mode 0600 that"
                + " holds at least 16 letters)");
  }

  @Test
  void aTokenThatOthersComeToReadLetsNobodyInAnyMore() throws IOException {
    token("a-secret-of-some-length", 0600);
    try (MetricsDoor door = opened(local(0, Optional.of(TOKEN)))) {
      token("a-secret-of-some-length", 0604);
      String request = "GET /metrics HTTP/1.1\r\n";
      assertThat(ask(door, request + "Authorization: Bearer a-secret-of-some-length\r\n\r\n"))
          .startsWith("HTTP/1.1 503")
          .doesNotContain("a_b");
    }
  }

  @Test
  void aPortThatIsTakenIsTriedAgain() throws IOException {
    ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try (MetricsDoor door = opened(local(other.getLocalPort(), Optional.empty()))) {
      assertThat(door.port()).isZero();
      other.close();
      door.open();
      assertThat(door.port()).isPositive();
    }
  }

  @Test
  void aDoorToTheNetworkWithoutATokenIsRefused() {
    assertThatThrownBy(
            () ->
                new MetricsSettings(
                    Optional.of(MetricsSettings.address("0.0.0.0:9400")),
                    Optional.empty(),
                    MetricsSettings.HOSTNAME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "metrics: 0.0.0.0:9400 is a network's address and there is no token_file");
  }

  private MetricsDoor opened(MetricsSettings settings) {
    MetricsDoor door =
        new MetricsDoor(
            settings,
            host.files(),
            () -> "a_b 1\n",
            () -> {
              throw new IllegalStateException("no TLS on loopback");
            });
    door.open();
    return door;
  }

  private static MetricsSettings local(int port, Optional<String> tokenFile) {
    return new MetricsSettings(
        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
        tokenFile,
        MetricsSettings.HOSTNAME);
  }

  private void token(String word, int mode) {
    host.files()
        .write(TOKEN, word.getBytes(StandardCharsets.UTF_8), new Access(mode, "root", "root"));
  }

  private static String ask(MetricsDoor door, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

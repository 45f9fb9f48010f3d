package io.coxswain.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Site;
import io.coxswain.controller.api.link.TestAgent;
import io.coxswain.v1.MachineRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets the site's metrics, and who does not. */
class ScrapeTest {
  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void whoeverMayOpenTheSocketGetsThePage() {
    try (TestAgent _ = site.join("gpu01", MachineRole.WORKER)) {
      SocketClient.Answer answer = site.people().json("GET", "/metrics", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body())
          .startsWith("# HELP coxswain_controller_info ")
          .contains("\ncoxswain_machine_link{machine=\"gpu01\",state=\"LOST\"} 1\n")
          .contains("\ncoxswain_machine_health_level{machine=\"gpu01\"} 3\n")
          .contains("\ncoxswain_clusters 0\n");
    }
  }

  @Test
  void fromAfarTheTokenIsAskedFor() throws Exception {
    String word = site.metricsToken("rw-------");
    HttpResponse<String> without = scrape("");
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(without.body()).doesNotContain("coxswain_");
    assertThat(scrape("Bearer wrong-" + word).statusCode()).isEqualTo(401);
    assertThat(scrape("Basic " + word).statusCode()).isEqualTo(401);
    HttpResponse<String> with = scrape("Bearer " + word);
    assertThat(with.statusCode()).isEqualTo(200);
    assertThat(with.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(with.body()).contains("coxswain_controller_info");
  }

  @Test
  void aTokenThatOthersMayReadLetsNobodyIn() throws Exception {
    String word = site.metricsToken("rw-r-----");
    assertThat(scrape("Bearer " + word).statusCode()).isEqualTo(503);
    assertThat(site.people().json("GET", "/metrics", "").status()).isEqualTo(200);
  }

  private HttpResponse<String> scrape(String authorization)
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", site.authority().certificate());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + site.port() + "/metrics"));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }
}

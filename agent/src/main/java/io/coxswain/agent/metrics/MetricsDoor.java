package io.coxswain.agent.metrics;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where /metrics is asked for, by HTTP/1.1.
 *
 * <ul>
 *   <li>On a loopback address for everybody on this machine; on any other by TLS alone, with this
 *       machine's certificate, and for those alone who bring the token.
 *   <li>One request a connection, few at once, each within a deadline: who is slow or says nothing
 *       keeps nobody else out for long.
 *   <li>A port that is taken, or a token that is not well kept, shuts this door and nothing else:
 *       it is tried again.
 * </ul>
 */
public final class MetricsDoor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetricsDoor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CALLERS_AT_ONCE = 8;
  private static final int LONGEST_HEAD = 8192;

  private final MetricsSettings settings;
  private final Files files;
  private final Supplier<String> page;
  private final Supplier<SSLContext> tls;
  private final Semaphore places = new Semaphore(CALLERS_AT_ONCE);
  private @Nullable ServerSocket server;
  private String toldTrouble = "";

  /**
   * A door that is still shut.
   *
   * @param page made for each who asks
   * @param tls of this machine's newest certificate; asked for each connection from the network
   */
  public MetricsDoor(
      MetricsSettings settings, Files files, Supplier<String> page, Supplier<SSLContext> tls) {
    this.settings = settings;
    this.files = files;
    this.page = page;
    this.tls = tls;
  }

  /** Opens it where it is shut; says in the log, once, why it stays shut. */
  public synchronized void open() {
    if (settings.listen().isEmpty() || server != null) {
      return;
    }
    InetSocketAddress address = settings.listen().get();
    try {
      settings.tokenFile().ifPresent(file -> ScrapeToken.read(files, file));
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      try {
        opened.bind(address);
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      server = opened;
      toldTrouble = "";
      log.info("metrics at {}", MetricsSettings.text(address));
      Thread.ofVirtual().name("metrics").start(() -> accept(opened));
    } catch (IOException | HostException e) {
      String trouble = MetricsSettings.text(address) + ": " + e.getMessage();
      if (!trouble.equals(toldTrouble)) {
        log.error("no metrics at {}; tried again every few seconds", trouble);
      }
      toldTrouble = trouble;
    }
  }

  /** The port it is open at; 0 when it is shut. */
  public synchronized int port() {
    return server == null ? 0 : server.getLocalPort();
  }

  @Override
  public synchronized void close() {
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      log.warn("metrics: {}", e.getMessage());
    }
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket caller = opened.accept();
        if (places.tryAcquire()) {
          Thread.ofVirtual().start(() -> serve(caller));
        } else {
          caller.close();
        }
      } catch (IOException e) {
        if (!opened.isClosed()) {
          log.warn("metrics: {}", e.getMessage());
        }
      }
    }
  }

  private void serve(Socket plain) {
    // Reading has a deadline for each byte alone: this is the one for all of them.
    CountDownLatch answered = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> shutWhenLate(plain, answered));
    try (plain;
        Socket caller = settings.isOpenToNetwork() ? secured(plain) : plain) {
      byte[] answer = answer(head(caller.getInputStream()));
      caller.getOutputStream().write(answer);
      caller.getOutputStream().flush();
    } catch (IOException e) {
      log.debug("metrics: a caller went away: {}", e.getMessage());
    } finally {
      answered.countDown();
      places.release();
    }
  }

  private static void shutWhenLate(Socket caller, CountDownLatch answered) {
    try {
      if (!answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        caller.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.debug("metrics: {}", e.getMessage());
    }
  }

  private Socket secured(Socket plain) throws IOException {
    Socket secured = tls.get().getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    if (!(secured instanceof SSLSocket socket)) {
      throw new IOException("not a socket of TLS");
    }
    socket.setUseClientMode(false);
    socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    return socket;
  }

  /** Request line and headers; empty when there is no end to them. */
  private static String head(InputStream in) throws IOException {
    byte[] bytes = new byte[LONGEST_HEAD];
    int length = 0;
    while (length < bytes.length) {
      int more = in.read(bytes, length, bytes.length - length);
      if (more < 0) {
        return "";
      }
      length += more;
      String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        return text.substring(0, end);
      }
    }
    return "";
  }

  private byte[] answer(String head) {
    String[] lines = head.split("\r\n", -1);
    String[] request = lines[0].split(" ", -1);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.")) {
      return plain("400 Bad Request", "", "400: not HTTP/1.1\n", true);
    }
    boolean isHead = request[0].equals("HEAD");
    if (!request[0].equals("GET") && !isHead) {
      return plain("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "405: GET alone\n", true);
    }
    try {
      if (!isAdmitted(lines)) {
        String why = "401: expected: Authorization: Bearer, with the word of token_file\n";
        return plain("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", why, !isHead);
      }
    } catch (HostException e) {
      log.warn("metrics: {}", e.getMessage());
      return plain(
          "503 Service Unavailable", "", "503: token_file: the agent's log says why\n", !isHead);
    }
    if (!request[1].replaceFirst("\\?.*", "").equals("/metrics")) {
      return plain("404 Not Found", "", "404: there is /metrics alone\n", !isHead);
    }
    return response("200 OK", "", Exposition.CONTENT_TYPE, page.get(), !isHead);
  }

  private boolean isAdmitted(String[] lines) {
    if (settings.tokenFile().isEmpty()) {
      return true;
    }
    for (String line : lines) {
      if (line.regionMatches(true, 0, "Authorization:", 0, 14)) {
        String value = line.substring(14).strip();
        return value.regionMatches(true, 0, "Bearer ", 0, 7)
            && ScrapeToken.read(files, settings.tokenFile().get())
                .isSame(value.substring(7).strip());
      }
    }
    return false;
  }

  private static byte[] plain(String status, String headers, String body, boolean isBodySent) {
    return response(status, headers, "text/plain; charset=utf-8", body, isBodySent);
  }

  private static byte[] response(
      String status, String headers, String type, String body, boolean isBodySent) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n"
            .formatted(status, type, content.length, headers)
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[head.length + (isBodySent ? content.length : 0)];
    System.arraycopy(head, 0, all, 0, head.length);
    if (isBodySent) {
      System.arraycopy(content, 0, all, head.length, content.length);
    }
    return all;
  }
}

package io.coxswain.agent.bmc;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * HTTP as far as Redfish needs it (DSP0266, section 6): one service, answers in JSON, a session's
 * token or basic authentication. What may pass is asked again, what only reads alone.
 */
final class RedfishCalls implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  // Real ones take many seconds when their machine has just been switched.
  static final Duration ANSWER = Duration.ofSeconds(30);
  private static final long MOST_BYTES = 1 << 20;
  private static final int TRIES = 4;
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int WIDTH = 300;

  private final Access access;
  private final Consumer<Duration> pause;
  private final Duration patience;
  private final HttpClient client;
  private Optional<String> token = Optional.empty();
  private boolean isBasic;

  /** What came back, whole. */
  record Reply(int status, JsonText.Value body, String location, String token, String why) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  /** With how to wait between two tries, and for how long for a whole answer. */
  RedfishCalls(Access access, Files files, Consumer<Duration> pause, Duration patience) {
    this.access = access;
    this.pause = pause;
    this.patience = patience;
    try {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT)
              .sslContext(RedfishTrust.context(access, files))
              .build();
    } catch (GeneralSecurityException | IOException e) {
      throw Bmc.failure(Reason.BMC_REFUSED, access, "cannot be trusted: " + e.getMessage());
    }
  }

  void useToken(String word) {
    token = Optional.of(word);
  }

  void useBasic() {
    isBasic = true;
  }

  /** A resource that must be there. */
  JsonText.Value get(String path) {
    Reply reply = read(path);
    if (reply.isGood() && reply.body() instanceof JsonText.Members) {
      return reply.body();
    }
    throw reply.isGood() ? broken(path, "no JSON object") : refused("GET " + path, reply);
  }

  /** Whatever the service says to it. */
  Reply read(String path) {
    HttpException last = new HttpException("no answer", PAUSE);
    for (int i = 0; i < TRIES; i++) {
      try {
        return send(request(path).GET().build());
      } catch (HttpException e) {
        last = e;
        pause.accept(e.pause);
      }
    }
    throw broken(path, last.getMessage() + ", " + TRIES + " times");
  }

  /**
   * Not asked again when its answer was lost: it may have been heard. Again when the service says
   * that it has no time, for then it was not.
   */
  Reply post(String path, String json) {
    try {
      for (int i = 1; i < TRIES; i++) {
        Reply reply = send(posting(path, json));
        if (reply.status() != 503) {
          return reply;
        }
        pause.accept(PAUSE);
      }
      return send(posting(path, json));
    } catch (HttpException e) {
      throw broken(path, String.valueOf(e.getMessage()));
    }
  }

  void delete(String path) {
    try {
      send(request(path).DELETE().build());
    } catch (HttpException | HostException e) {
      // A session that nobody ends ends by itself.
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** Says what the service gave as its reason. */
  HostException refused(String what, Reply reply) {
    if (reply.status() == 401 || reply.status() == 403) {
      return Bmc.failure(
          Reason.BMC_REFUSED,
          access,
          "refused user '"
              + access.user()
              + "' or the password ("
              + what
              + ": "
              + reply.status()
              + ")"
              + reply.why());
    }
    Reason reason = reply.status() / 100 == 4 ? Reason.BMC_REFUSED : Reason.BMC_BROKEN;
    return Bmc.failure(
        reason, access, "answered " + what + " with " + reply.status() + reply.why());
  }

  HostException broken(String path, String why) {
    return Bmc.failure(Reason.BMC_BROKEN, access, "answered " + path + " wrongly: " + why);
  }

  private HttpRequest posting(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    // What a service names is a path of its own, or our token would go elsewhere.
    if (!path.startsWith("/") || path.startsWith("//") || !path.matches("[!-~]{1,1024}")) {
      throw broken("with '" + clean(path) + "'", "no path of its own");
    }
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create("https://" + access.authority() + path));
    } catch (IllegalArgumentException e) {
      throw broken("with '" + clean(path) + "'", "no path of its own");
    }
    request.timeout(patience).header("Accept", "application/json").header("OData-Version", "4.0");
    token.ifPresent(word -> request.header("X-Auth-Token", word));
    if (isBasic) {
      String both = access.user() + ":" + access.password().text();
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
    return request;
  }

  /** It may be better in a moment. */
  private static final class HttpException extends Exception {
    private final transient Duration pause;

    HttpException(String message, Duration pause) {
      super(message);
      this.pause = pause;
    }
  }

  private Reply send(HttpRequest request) throws HttpException {
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      // The request's own limit ends with the headers; a body that trickles has this one.
      return reply(request, coming.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw new HttpException("no whole answer within " + patience.toMillis() + " ms", PAUSE);
    } catch (ExecutionException e) {
      throw explained(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw new HostException(Reason.COMMAND_FAILED, "interrupted while asking a BMC");
    }
  }

  private HttpException explained(Throwable cause) {
    if (cause instanceof SSLException) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw Bmc.failure(
          Reason.BMC_REFUSED,
          access,
          "is not trusted: "
              + clean(String.valueOf(root.getMessage()))
              + "; cox machine bmc set with --tls-fingerprint, or --insecure");
    }
    if (cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof UnknownHostException) {
      throw Bmc.failure(
          Reason.BMC_UNREACHABLE,
          access,
          "does not answer (expected: Redfish at TCP port " + access.port() + ")");
    }
    return new HttpException(clean(String.valueOf(cause.getMessage())), PAUSE);
  }

  private Reply reply(HttpRequest request, HttpResponse<byte[]> response) throws HttpException {
    int status = response.statusCode();
    String text = new String(response.body(), StandardCharsets.UTF_8);
    if (request.method().equals("GET") && (status == 503 || status == 429 || status == 502)) {
      throw new HttpException("busy (" + status + ")", after(response));
    }
    JsonText.Value body = JsonText.ABSENT;
    try {
      body = text.isBlank() ? body : JsonText.parse(text);
    } catch (JsonText.Malformed e) {
      // Of an error page the status says enough.
      if (status / 100 == 2) {
        throw new HttpException(String.valueOf(e.getMessage()), PAUSE);
      }
    }
    return new Reply(
        status,
        body,
        response.headers().firstValue("Location").orElse(""),
        response.headers().firstValue("X-Auth-Token").orElse(""),
        why(body));
  }

  private static Duration after(HttpResponse<byte[]> response) {
    Duration told =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(seconds -> seconds.matches("[0-9]{1,4}"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
            .orElse(PAUSE);
    return told.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : told;
  }

  /** The messages of an error (DSP0266, "Error responses"), with a colon before them. */
  static String why(JsonText.Value body) {
    JsonText.Value error = body.at("error");
    String messages =
        error.at("@Message.ExtendedInfo").items().stream()
            .map(info -> info.at("Message").text())
            .filter(message -> !message.isBlank())
            .collect(Collectors.joining(" "));
    String text = messages.isEmpty() ? error.at("message").text() : messages;
    return text.isBlank() ? "" : ": " + clean(text);
  }

  /** What a firmware says goes to people's terminals: letters alone, and not too many. */
  static String clean(String text) {
    String letters = text.replaceAll("\\p{Cntrl}|\\p{Cf}", " ").strip();
    return letters.length() > WIDTH ? letters.substring(0, WIDTH) + " …" : letters;
  }
}

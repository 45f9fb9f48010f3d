package io.coxswain.agent.bmc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A small Redfish service over TLS with one machine behind it, its resources as DMTF's schemas
 * (DSP8010: ServiceRoot, ComputerSystem, Chassis, SessionService, Session, Task, ActionInfo) have
 * them, and with the faults that real ones show.
 */
final class RedfishService implements AutoCloseable {
  static final String USER = "cox";
  static final String PASSWORD = "s3cret-\"of\\bmc";

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final X509Certificate certificate;
  private final List<String> heard = new ArrayList<>();

  // What it is.
  private String power = "On";
  private List<String> allowed =
      List.of("On", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle");
  private List<String> systems = List.of("1");
  private boolean hasSessions = true;
  private boolean hasActionInfo;
  private boolean isSlowToChange;
  private String task = "";
  private String target = "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset";

  // What is wrong with it.
  private int busy;
  private int cuts;
  private int garbage;
  private boolean hangs;
  private boolean floods;
  private int logins;
  private boolean isTokenAlive;

  RedfishService() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair key = generator.generateKeyPair();
      certificate = RedfishResources.certificate(key);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("bmc", key.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.createContext("/", this::answer);
      server.setExecutor(threads);
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  String fingerprint() throws Exception {
    return RedfishTrust.of(certificate);
  }

  /** How to reach it, with the right password and the certificate pinned. */
  Access access() {
    return access(PASSWORD, "");
  }

  Access access(String password, String system) {
    try {
      return new Access(
          Access.Protocol.REDFISH,
          "gpu07",
          "127.0.0.1",
          port(),
          USER,
          Password.of(password.getBytes(StandardCharsets.UTF_8)),
          system,
          fingerprint(),
          false,
          "");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** "GET /redfish/v1/", in the order in which they came. */
  synchronized List<String> heard() {
    return List.copyOf(heard);
  }

  synchronized int logins() {
    return logins;
  }

  synchronized boolean isTokenAlive() {
    return isTokenAlive;
  }

  synchronized String power() {
    return power;
  }

  synchronized RedfishService power(String state) {
    power = state;
    return this;
  }

  synchronized RedfishService allowing(String... types) {
    allowed = List.of(types);
    return this;
  }

  synchronized RedfishService withSystems(String... ids) {
    systems = List.of(ids);
    return this;
  }

  synchronized RedfishService withoutSessions() {
    hasSessions = false;
    return this;
  }

  synchronized RedfishService withActionInfo() {
    hasActionInfo = true;
    return this;
  }

  /** A reset answers 202 with a task that ends so: "Completed", "Exception". */
  synchronized RedfishService withTask(String end) {
    task = end;
    return this;
  }

  /** After a reset it shows PoweringOn or PoweringOff once. */
  synchronized RedfishService slowToChange() {
    isSlowToChange = true;
    return this;
  }

  synchronized RedfishService withTarget(String path) {
    target = path;
    return this;
  }

  synchronized RedfishService busyAtFirst(int times) {
    busy = times;
    return this;
  }

  synchronized RedfishService cuttingBodies(int times) {
    cuts = times;
    return this;
  }

  synchronized RedfishService writingHalfJson(int times) {
    garbage = times;
    return this;
  }

  /** It takes the connection and the request, and says nothing. */
  synchronized RedfishService hanging() {
    hangs = true;
    return this;
  }

  /** Its answers have no end. */
  synchronized RedfishService flooding() {
    floods = true;
    return this;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean isHung;
    synchronized (this) {
      heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      isHung = hangs;
    }
    if (isHung) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
      return;
    }
    synchronized (this) {
      serve(exchange, body);
    }
  }

  private void serve(HttpExchange exchange, String body) throws IOException {
    if (busy > 0) {
      busy--;
      exchange.getResponseHeaders().add("Retry-After", "1");
      send(
          exchange,
          503,
          RedfishResources.error("ServiceTemporarilyUnavailable", "The service is busy."));
      return;
    }
    String path = exchange.getRequestURI().getPath();
    boolean isLogin = exchange.getRequestMethod().equals("POST") && path.endsWith("/Sessions");
    if (isLogin && hasSessions) {
      logIn(exchange, body);
    } else if (!path.equals("/redfish/v1/") && !isKnown(exchange)) {
      send(
          exchange,
          401,
          RedfishResources.error("NoValidSession", "There is no valid session established."));
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      isTokenAlive = false;
      send(exchange, 204, "");
    } else if (exchange.getRequestMethod().equals("POST")) {
      reset(exchange, path, body);
    } else {
      read(exchange, path);
    }
  }

  private boolean isKnown(HttpExchange exchange) {
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    return (isTokenAlive && "token-1".equals(exchange.getRequestHeaders().getFirst("X-Auth-Token")))
        || basic.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private void logIn(HttpExchange exchange, String body) throws IOException {
    logins++;
    JsonText.Value told = JsonText.parse(body);
    boolean isRight =
        told.at("UserName").text().equals(USER) && told.at("Password").text().equals(PASSWORD);
    if (!isRight) {
      send(
          exchange,
          401,
          RedfishResources.error(
              "ResourceAtUriUnauthorized",
              "While accessing the resource, the service received an authorization error.\u001b[31m"));
      return;
    }
    isTokenAlive = true;
    exchange.getResponseHeaders().add("X-Auth-Token", "token-1");
    exchange
        .getResponseHeaders()
        .add("Location", "https://bmc.invalid/redfish/v1/SessionService/Sessions/1");
    send(
        exchange,
        201,
        """
        {"@odata.id": "/redfish/v1/SessionService/Sessions/1",
         "@odata.type": "#Session.v1_7_0.Session",
         "Id": "1", "Name": "User Session", "UserName": "cox"}""");
  }

  private void reset(HttpExchange exchange, String path, String body) throws IOException {
    String type = JsonText.parse(body).at("ResetType").text();
    if (!path.equals(target) || !allowed.contains(type)) {
      send(
          exchange,
          400,
          RedfishResources.error(
              "ActionParameterNotSupported",
              "The parameter ResetType for the action is not supported on the target resource."));
      return;
    }
    boolean isOn = type.equals("On");
    if (task.isEmpty() || task.equals("Completed")) {
      power = isSlowToChange ? (isOn ? "PoweringOn" : "PoweringOff") : isOn ? "On" : "Off";
    }
    if (task.isEmpty()) {
      send(exchange, 204, "");
      return;
    }
    exchange.getResponseHeaders().add("Location", "/redfish/v1/TaskService/TaskMonitors/5");
    send(exchange, 202, RedfishResources.task("Running", ""));
  }

  private void read(HttpExchange exchange, String path) throws IOException {
    String json =
        switch (path) {
          case "/redfish/v1/" -> RedfishResources.root(hasSessions);
          case "/redfish/v1/Systems" -> RedfishResources.systems(systems);
          case "/redfish/v1/Systems/1" -> system("1");
          case "/redfish/v1/Systems/2" -> system("2");
          case "/redfish/v1/Systems/1/ResetActionInfo" -> RedfishResources.actionInfo(allowed);
          case "/redfish/v1/Chassis" -> RedfishResources.chassis();
          case "/redfish/v1/TaskService/Tasks/5" ->
              RedfishResources.task(
                  task,
                  """
                  {"MessageId": "Base.1.18.InternalError",
                   "Message": "The host did not react.", "Severity": "Critical"}""");
          default -> "";
        };
    if (json.isEmpty()) {
      send(
          exchange,
          404,
          RedfishResources.error("ResourceMissingAtURI", "The resource was not found."));
      return;
    }
    // A machine on its way has arrived by the next look.
    if (path.startsWith("/redfish/v1/Systems/") && power.startsWith("Powering")) {
      power = power.substring("Powering".length());
    }
    send(exchange, 200, json);
  }

  private String system(String id) {
    return RedfishResources.system(
        id, power, target, RedfishResources.offered(allowed, hasActionInfo));
  }

  private void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean mayBeBroken = status == 200;
    if (mayBeBroken && garbage > 0) {
      garbage--;
      bytes = text.substring(0, text.length() / 2).getBytes(StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
    exchange.getResponseHeaders().add("OData-Version", "4.0");
    if (mayBeBroken && floods) {
      flood(exchange);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (mayBeBroken && cuts > 0) {
      cuts--;
      OutputStream out = exchange.getResponseBody();
      out.write(bytes, 0, bytes.length / 2);
      out.flush();
      exchange.close();
      return;
    }
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static void flood(HttpExchange exchange) {
    byte[] blanks = " ".repeat(8192).getBytes(StandardCharsets.UTF_8);
    try {
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      for (int i = 0; i < 1024; i++) {
        out.write(blanks);
      }
      exchange.close();
    } catch (IOException e) {
      // The other end has had enough, as it should.
    }
  }
}

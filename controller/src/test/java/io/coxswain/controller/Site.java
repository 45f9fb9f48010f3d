package io.coxswain.controller;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.controller.api.SocketClient;
import io.coxswain.controller.api.link.TestAgent;
import io.coxswain.controller.plan.RepairPolicy;
import io.coxswain.controller.store.MemoryStore;
import io.coxswain.v1.CreateJoinTokenRequest;
import io.coxswain.v1.CreateJoinTokenResponse;
import io.coxswain.v1.MachineRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole controller on a loopback port and a Unix socket, with a store in memory and a clock that
 * is moved by hand.
 */
public final class Site implements AutoCloseable {
  private final Path directory;
  private final MemoryStore store = new MemoryStore();
  private final MovedClock clock = new MovedClock();
  private final CertificateAuthority authority;
  private final Controller controller;
  private final SocketClient people;

  /** Starts at the present, because TLS looks at certificates with a clock of its own. */
  private static final class MovedClock implements InstantSource {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    @Override
    public Instant instant() {
      return now.get();
    }
  }

  public Site() {
    try {
      directory =
          Files.createTempDirectory(
              "site",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    metricsToken("rw-------");
    authority = CertificateAuthority.openOrCreate(directory, clock);
    Path socket = directory.resolve("cox.sock");
    Config config =
        new Config(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            List.of("localhost", "127.0.0.1"),
            socket,
            directory,
            Optional.of(directory.resolve("metrics-token")),
            RepairPolicy.OFF,
            directory.resolve("bundles.d"),
            8);
    controller = new Controller(config, store, authority, clock);
    people = new SocketClient(socket);
  }

  /** What scrapers from afar must bring, in a file with these permissions. */
  public String metricsToken(String permissions) {
    String word = "what-scrapers-bring";
    try {
      Path file = Files.writeString(directory.resolve("metrics-token"), word + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return word;
  }

  public int port() {
    return controller.port();
  }

  public SocketClient people() {
    return people;
  }

  public CertificateAuthority authority() {
    return authority;
  }

  public MemoryStore store() {
    return store;
  }

  public Path directory() {
    return directory;
  }

  public void pass(Duration time) {
    clock.now.updateAndGet(now -> now.plus(time));
  }

  /** Calls over the socket: {@code "Clusters/GetCluster"}. */
  public <T> T call(String method, MessageLite request, Parser<T> parser) {
    return people.call(method, request, parser);
  }

  public String token(CreateJoinTokenRequest request) {
    return call("Machines/CreateJoinToken", request, CreateJoinTokenResponse.parser()).getToken();
  }

  /** A machine that has joined; its name is its hardware's UUID as well. */
  public TestAgent join(String name, MachineRole role) {
    TestAgent agent = new TestAgent(this);
    agent.join(
        token(CreateJoinTokenRequest.newBuilder().setRole(role).build()), name, "uuid-" + name);
    return agent;
  }

  @Override
  public void close() {
    controller.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

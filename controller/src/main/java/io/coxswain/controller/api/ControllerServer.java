package io.coxswain.controller.api;

import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServerTlsConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import io.coxswain.controller.access.Accounts;
import io.coxswain.controller.access.CertificateAuthority;
import io.coxswain.controller.api.caller.Gate;
import io.coxswain.controller.api.link.GrpcAgents;
import io.coxswain.controller.api.refusal.GrpcErrors;
import io.coxswain.controller.api.refusal.JsonErrors;
import io.grpc.BindableService;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ClientAuth;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * One TLS port for agents and one Unix socket for people, with the same calls behind both: gRPC,
 * gRPC-Web and JSON. Who may call what is up to the {@link Gate} alone.
 */
public final class ControllerServer implements AutoCloseable {
  private static final Duration LOOK_AT_CERTIFICATE = Duration.ofHours(12);
  private static final int EVENT_LOOPS = 2;

  /** Virtual threads: this bounds what clients can make happen at once, not memory. */
  private static final int CALLS_AT_ONCE = 64;

  /** Calls without an end of their own. */
  private static final Set<String> STREAMS =
      Set.of(
          "/coxswain.v1.AgentLink/Connect",
          "/coxswain.v1.Operations/WatchOperation",
          "/coxswain.v1.Images/ImportImage",
          "/coxswain.v1.ImageArchives/FetchImage");

  private final Server server;
  private final GrpcAgents agents;

  /** Where to listen, and under which names agents know this host. */
  public record Doors(InetSocketAddress tls, List<String> names, Path socket) {
    public Doors {
      names = List.copyOf(names);
    }
  }

  /** What is behind both doors. */
  public record Calls(List<BindableService> services, HttpService metrics) {
    public Calls {
      services = List.copyOf(services);
    }
  }

  /** Starts to serve; returns when both doors are open. Whoever calls sees to the socket's file. */
  public ControllerServer(
      Doors doors,
      CertificateAuthority authority,
      Accounts accounts,
      GrpcAgents agents,
      Calls calls) {
    this.agents = agents;
    server = server(doors, authority, new Gate(accounts), calls);
    server.start().join();
  }

  /** The port of TLS, which differs from the one asked for when that was 0. */
  public int port() {
    return server.activeLocalPort(SessionProtocol.HTTPS);
  }

  /** Ends agents' streams with a word of why, lets short calls end, then closes both doors. */
  @Override
  public void close() {
    agents.close();
    server.stop().join();
  }

  private static Server server(
      Doors doors, CertificateAuthority authority, Gate gate, Calls calls) {
    BlockingTaskExecutor executor =
        BlockingTaskExecutor.of(
            Executors.newScheduledThreadPool(
                CALLS_AT_ONCE, Thread.ofVirtual().name("call-", 0).factory()));
    ConnectionGuard guard = new ConnectionGuard(Limits.CONNECTIONS_PER_ADDRESS, Limits.HANDSHAKE);
    EventLoops loops = new EventLoops(EVENT_LOOPS);
    JsonErrors errors = new JsonErrors();
    ServerBuilder builder =
        Server.builder()
            .port(new ServerPort(doors.tls(), SessionProtocol.HTTPS))
            .tlsProvider(
                TlsProvider.ofScheduled(
                    () -> keyPair(authority, doors.names()),
                    List.of(authority.certificate()),
                    null,
                    LOOK_AT_CERTIFICATE,
                    executor),
                ServerTlsConfig.builder()
                    .clientAuth(ClientAuth.OPTIONAL)
                    .tlsCustomizer(tls -> tls.protocols("TLSv1.3", "TLSv1.2"))
                    .build())
            .http(DomainSocketAddress.of(doors.socket()))
            .workerGroup(loops, true)
            // Two doors that seldom open need no threads of their own.
            .bossGroupFactory(name -> loops)
            .blockingTaskExecutor(executor, true)
            .childChannelPipelineCustomizer(
                (ChannelPipeline pipeline) -> pipeline.addLast(guard.handler()))
            .errorHandler(errors)
            .disableServerHeader()
            // What is unexpected is logged where it is turned into a status; the rest is clients'
            // mistakes.
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .service(grpc(gate, errors, calls.services()))
            .service("/metrics", calls.metrics())
            .decorator(ControllerServer::serve);
    return limited(builder).build();
  }

  private static ServerBuilder limited(ServerBuilder builder) {
    return builder
        .maxNumConnections(Limits.CONNECTIONS)
        .maxRequestLength(Limits.REQUEST_BYTES)
        .requestTimeout(Limits.REQUEST)
        .idleTimeout(Limits.IDLE)
        .pingInterval(Limits.PING)
        .http1MaxInitialLineLength(Limits.HEADER_BYTES)
        .http1MaxHeaderSize(Limits.HEADER_BYTES)
        .http2MaxHeaderListSize(Limits.HEADER_BYTES)
        .http2MaxStreamsPerConnection(Limits.STREAMS_PER_CONNECTION)
        .http2MaxResetFramesPerWindow(Limits.RESETS_PER_MINUTE, 60)
        .http2InitialStreamWindowSize(Limits.WINDOW_BYTES)
        .http2InitialConnectionWindowSize(Limits.WINDOW_BYTES * Limits.STREAMS_PER_CONNECTION)
        .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(2));
  }

  private static GrpcService grpc(Gate gate, JsonErrors errors, List<BindableService> services) {
    // In place of Armeria's parser, which lets unknown fields pass.
    Function<JsonFormat.Parser, JsonFormat.Parser> strict = lenient -> JsonFormat.parser();
    return GrpcService.builder()
        .addServices(services)
        .intercept(gate)
        .supportedSerializationFormats(GrpcSerializationFormats.values())
        .maxRequestMessageLength(Limits.MESSAGE_BYTES)
        .enableUnframedRequests(true)
        .unframedGrpcErrorHandler(errors)
        .enableHttpJsonTranscoding(
            HttpJsonTranscodingOptions.builder()
                .queryParamMatchRules(
                    HttpJsonTranscodingQueryParamMatchRule.ORIGINAL_FIELD,
                    HttpJsonTranscodingQueryParamMatchRule.LOWER_CAMEL_CASE)
                .errorHandler(errors)
                .build())
        // Protobuf's own JSON: the other one that Armeria has makes classes at run time.
        .jsonMarshallerFactory(
            service -> GrpcJsonMarshaller.builderForGson().jsonParserCustomizer(strict).build())
        .exceptionHandler(new GrpcErrors())
        // A client's own deadline could be without end; ours counts.
        .useClientTimeoutHeader(false)
        .useBlockingTaskExecutor(true)
        .build();
  }

  private static HttpResponse serve(
      HttpService service, ServiceRequestContext call, HttpRequest request) throws Exception {
    if (STREAMS.contains(call.path())) {
      call.clearRequestTimeout();
      // The limit of each of its messages stays.
      call.setMaxRequestLength(0);
    }
    return service.serve(call, request);
  }

  private static TlsKeyPair keyPair(CertificateAuthority authority, List<String> names) {
    CertificateAuthority.ServerIdentity identity = authority.server(names);
    return TlsKeyPair.of(identity.key(), identity.chain());
  }
}

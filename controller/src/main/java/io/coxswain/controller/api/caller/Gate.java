package io.coxswain.controller.api.caller;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.coxswain.controller.access.Accounts;
import io.coxswain.controller.access.Authorization;
import io.coxswain.controller.access.PeerIdentity;
import io.coxswain.controller.api.refusal.Statuses;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.unix.PeerCredentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call in or turns it away, before its message is read. It stands before the gRPC methods
 * themselves, so that framed gRPC, gRPC-Web, JSON and unframed calls pass through it alike.
 */
public final class Gate implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(Gate.class);

  /** What an agent's certificate says of its machine, as a URI among its names. */
  private static final String AGENT = "coxswain:agent:";

  private final Accounts accounts;

  public Gate(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Caller caller = caller(ServiceRequestContext.current());
    if (Authorization.isAllowed(method, caller.identity())) {
      return Contexts.interceptCall(
          Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }
    log.warn("{} turned away from {}", caller.name(), method);
    StatusRuntimeException refusal = refusal(caller, method);
    call.close(refusal.getStatus(), Statuses.trailers(refusal));
    return new ServerCall.Listener<>() {};
  }

  private static StatusRuntimeException refusal(Caller caller, String method) {
    return switch (caller.identity()) {
      case PeerIdentity.Anonymous _ ->
          Statuses.refusal(
              Status.Code.UNAUTHENTICATED,
              "NO_IDENTITY",
              "call of "
                  + method
                  + ": without an identity (expected: a machine's certificate, or the Unix socket)",
              "on the jumphost, cox needs no identity but the group coxswain's");
      case PeerIdentity.Agent _, PeerIdentity.LocalUser _ ->
          Statuses.refusal(
              Status.Code.PERMISSION_DENIED,
              "NOT_ALLOWED",
              "call of " + method + ": not for " + caller.name(),
              "");
    };
  }

  private Caller caller(ServiceRequestContext call) {
    Optional<PeerCredentials> local = SocketPeer.of(call);
    if (local.isPresent()) {
      PeerIdentity identity =
          new PeerIdentity.LocalUser(local.get().uid(), accounts.name(local.get().uid()));
      return new Caller(identity, Optional.empty(), Optional.empty());
    }
    InetSocketAddress end = call.remoteAddress();
    Optional<InetAddress> remote = Optional.ofNullable(end).map(InetSocketAddress::getAddress);
    Optional<X509Certificate> certificate = certificate(call.sslSession());
    return certificate
        .flatMap(Gate::machineId)
        .map(
            id ->
                new Caller(
                    new PeerIdentity.Agent(id),
                    certificate.map(known -> known.getNotAfter().toInstant()),
                    remote))
        .orElseGet(() -> new Caller(new PeerIdentity.Anonymous(), Optional.empty(), remote));
  }

  /** The peer's certificate, which the handshake has proven to be of our authority. */
  private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      // It sent none: that is allowed, for joining.
      return Optional.empty();
    }
  }

  // Not the subject: every certificate has one, and only an agent's has this name.
  private static Optional<String> machineId(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .map(name -> String.valueOf(name.get(1)))
              .filter(name -> name.startsWith(AGENT))
              .map(name -> name.substring(AGENT.length()))
              .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }
}

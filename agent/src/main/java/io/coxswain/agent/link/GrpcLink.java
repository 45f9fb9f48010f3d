package io.coxswain.agent.link;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.v1.AgentLinkGrpc;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream to the controller open for an {@link AgentSession}, and its certificate young. One
 * thread runs it: {@link #run} returns when {@link #stop} was called.
 */
public final class GrpcLink {
  private static final Logger log = LoggerFactory.getLogger(GrpcLink.class);
  private static final Duration RENEW_AGAIN = Duration.ofMinutes(5);

  private final Host host;
  private final Endpoint controller;
  private final AgentSession session;
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final Wakeup wakeup;
  private AgentIdentity identity;
  private Instant renewAt;
  private volatile boolean isStopped;

  /** The wakeup must be rung by the session's wake. */
  public GrpcLink(
      Host host, Endpoint controller, AgentIdentity identity, AgentSession session, Wakeup wakeup) {
    this.host = host;
    this.controller = controller;
    this.identity = identity;
    this.session = session;
    this.wakeup = wakeup;
    this.renewAt = Renewal.due(identity);
  }

  public void stop() {
    isStopped = true;
    wakeup.wake();
  }

  /** Connects, talks, and connects again, until it is stopped. */
  public void run() throws InterruptedException {
    while (!isStopped) {
      ManagedChannel channel = Channels.mutual(controller, identity);
      OpenStream stream = new OpenStream();
      try {
        AgentLinkGrpc.newStub(channel).connect(stream);
        // Messages wait in the call until it is connected.
        session.opened(stream);
        talk(stream, channel);
      } finally {
        stream.end("the agent goes on without it");
        session.closed(stream);
        channel.shutdownNow();
      }
      if (!isStopped) {
        Duration wait = backoff.next();
        log.info("{}: {}; again in {} ms", controller, stream.ending(), wait.toMillis());
        Instant until = host.clock().instant().plus(wait);
        while (!isStopped && host.clock().instant().isBefore(until)) {
          // The session wakes us for outcomes that nobody can hear yet.
          wakeup.sleepUntil(until);
          session.talk();
        }
      }
    }
  }

  private void talk(OpenStream stream, ManagedChannel channel) throws InterruptedException {
    boolean wasWelcome = false;
    while (!isStopped && !stream.hasEnded()) {
      Instant next = session.talk();
      if (session.isWelcome() && !wasWelcome) {
        wasWelcome = true;
        backoff.reset();
        log.info("{}: connected", controller);
      }
      if (wasWelcome && !host.clock().instant().isBefore(renewAt) && renew(channel)) {
        stream.end("the certificate was renewed");
      }
      wakeup.sleepUntil(wasWelcome && renewAt.isBefore(next) ? renewAt : next);
    }
  }

  private boolean renew(ManagedChannel channel) {
    try {
      identity = Renewal.renew(host, identity, channel);
      renewAt = Renewal.due(identity);
      log.info("certificate renewed, valid until {}", identity.x509().getNotAfter().toInstant());
      return true;
    } catch (LinkException | HostException e) {
      log.warn("{}", e.getMessage());
      renewAt = host.clock().instant().plus(RENEW_AGAIN);
      return false;
    }
  }

  /** One stream of gRPC as the session sees it. */
  private final class OpenStream
      implements AgentSession.Stream, ClientResponseObserver<AgentMessage, ControllerMessage> {
    private @Nullable ClientCallStreamObserver<AgentMessage> call;
    private volatile @Nullable String ending;

    @Override
    public void beforeStart(ClientCallStreamObserver<AgentMessage> started) {
      call = started;
    }

    @Override
    public void send(AgentMessage message) {
      if (call != null && ending == null) {
        call.onNext(message);
      }
    }

    @Override
    public void end(String why) {
      if (ending == null) {
        ending = why;
        if (call != null) {
          call.cancel(why, null);
        }
        wakeup.wake();
      }
    }

    @Override
    public void onNext(ControllerMessage message) {
      session.received(this, message);
    }

    @Override
    public void onError(Throwable error) {
      ended(LinkException.describe(Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
      ended("the controller closed the stream");
    }

    private void ended(String why) {
      if (ending == null) {
        ending = why;
      }
      session.closed(this);
      wakeup.wake();
    }

    boolean hasEnded() {
      return ending != null;
    }

    String ending() {
      String why = ending;
      return why == null ? "open" : why;
    }
  }
}

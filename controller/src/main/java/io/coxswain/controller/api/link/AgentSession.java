package io.coxswain.controller.api.link;

import io.coxswain.controller.api.refusal.Statuses;
import io.coxswain.controller.observed.Machine;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.Hello;
import io.coxswain.v1.Welcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of one agent, as it comes up. Invariants:
 *
 * <ul>
 *   <li>The first message is Hello, from the machine that the certificate names; the messages are
 *       numbered 1, 2, 3 …
 *   <li>Anything else ends the stream with the reason, and so does the certificate's end.
 *   <li>When it ends, the fleet is told, unless a newer stream has taken its place.
 * </ul>
 */
final class AgentSession implements StreamObserver<AgentMessage> {
  private static final Logger log = LoggerFactory.getLogger(AgentSession.class);

  private final Peer peer;
  private final Reception reception;
  private final GrpcAgents agents;
  private final Outbox outbox;
  private long sequence;
  private boolean isOpen;
  private boolean isEnded;

  /** The other end of a stream, as TLS proved it. */
  record Peer(String machineId, Instant certificateExpiresAt, Optional<InetAddress> remote) {}

  AgentSession(
      Peer peer,
      Reception reception,
      GrpcAgents agents,
      ServerCallStreamObserver<ControllerMessage> stream) {
    this.peer = peer;
    this.reception = reception;
    this.agents = agents;
    this.outbox = new Outbox(stream);
    stream.setOnReadyHandler(outbox::drain);
    stream.setOnCloseHandler(this::close);
    stream.setOnCancelHandler(
        () -> {
          outbox.abandon();
          close();
        });
  }

  @Override
  public void onNext(AgentMessage message) {
    if (outbox.isEnded()) {
      return;
    }
    try {
      receive(message);
    } catch (RuntimeException e) {
      StatusRuntimeException why = Statuses.of(e);
      log.warn("stream of {} ends: {}", peer.machineId(), why.getStatus().getDescription());
      outbox.end(why);
      close();
    }
  }

  @Override
  public void onError(Throwable cause) {
    outbox.abandon();
    close();
  }

  @Override
  public void onCompleted() {
    outbox.complete();
    close();
  }

  private void receive(AgentMessage message) {
    sequence++;
    if (message.getSequence() != sequence) {
      throw Statuses.refusal(
          Status.Code.INVALID_ARGUMENT,
          "OUT_OF_SEQUENCE",
          "sequence: "
              + Long.toUnsignedString(message.getSequence())
              + " (expected: "
              + sequence
              + ")",
          "");
    }
    boolean isHello = message.getBodyCase() == AgentMessage.BodyCase.HELLO;
    if (isHello == isOpen) {
      throw Statuses.refusal(
          Status.Code.INVALID_ARGUMENT,
          "UNEXPECTED",
          "message: " + message.getBodyCase() + " (expected: Hello, first and once)",
          "");
    }
    if (!reception.now().isBefore(peer.certificateExpiresAt())) {
      throw Statuses.refusal(
          Status.Code.UNAUTHENTICATED,
          "EXPIRED",
          "certificate: expired at " + peer.certificateExpiresAt(),
          "renew it, then connect again");
    }
    switch (message.getBodyCase()) {
      case HELLO -> hello(message.getHello());
      case HEARTBEAT ->
          reception.heartbeat(peer.machineId(), message.getHeartbeat().getGeneration());
      case REPORT -> {
        reception.report(peer.machineId(), message.getReport().getObservation(), peer.remote());
        agents.answered(peer.machineId(), message.getReport().getQueryId());
      }
      case OUTCOME -> reception.outcome(peer.machineId(), message.getOutcome());
      // What a newer agent may say; an older controller does not know it.
      case BODY_NOT_SET -> log.debug("{}: a message without a known body", peer.machineId());
    }
  }

  private void hello(Hello hello) {
    if (!hello.getMachineId().equals(peer.machineId())) {
      throw Statuses.refusal(
          Status.Code.PERMISSION_DENIED,
          "NOT_YOUR_NAME",
          "machine id: '"
              + hello.getMachineId()
              + "' (expected: "
              + peer.machineId()
              + ", from the certificate)",
          "");
    }
    Machine machine = reception.admit(peer.machineId());
    agents.opened(peer.machineId(), outbox);
    isOpen = true;
    outbox.welcome(
        Welcome.newBuilder()
            .setHeartbeatSeconds(Reception.HEARTBEAT_SECONDS)
            .setReportSeconds(Reception.reportSeconds(machine.role()))
            .build());
    log.info(
        "{} ({}) is connected, agent {}", machine.name(), machine.id(), hello.getAgentVersion());
    reception.connected(peer.machineId(), hello.getGeneration());
  }

  private void close() {
    if (isEnded) {
      return;
    }
    isEnded = true;
    if (isOpen && agents.closed(peer.machineId(), outbox)) {
      log.info("{} is disconnected", peer.machineId());
      reception.disconnected(peer.machineId());
    }
  }
}

package io.coxswain.controller.api.link;

import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The controller's end of one agent's stream, without a transport: who holds it says what arrives
 * and takes what leaves.
 */
public final class SimulatedCall extends ServerCallStreamObserver<ControllerMessage> {
  private final Consumer<ControllerMessage> down;
  private final Consumer<String> ended;
  private final AgentSession session;
  private Runnable whenReady = () -> {};
  private Runnable whenClosed = () -> {};
  private Runnable whenCancelled = () -> {};
  private boolean isReady = true;
  private boolean isCancelled;

  /**
   * Opens a stream of the machine.
   *
   * @param down takes what the controller sends
   * @param ended told when the controller ends the stream, and why
   */
  @SuppressWarnings("this-escape")
  public SimulatedCall(
      String machineId,
      InetAddress remote,
      Reception reception,
      GrpcAgents agents,
      Consumer<ControllerMessage> down,
      Consumer<String> ended) {
    this.down = down;
    this.ended = ended;
    this.session =
        new AgentSession(
            new AgentSession.Peer(machineId, Instant.MAX, Optional.of(remote)),
            reception,
            agents,
            this);
  }

  public void up(AgentMessage message) {
    session.onNext(message);
  }

  /** The transport takes nothing for a while, or takes again. */
  public void ready(boolean ready) {
    isReady = ready;
    if (ready) {
      whenReady.run();
    }
  }

  /** The agent is gone. */
  public void cancel() {
    if (!isCancelled) {
      isCancelled = true;
      whenCancelled.run();
    }
  }

  /** What the controller ended is closed. */
  public void close() {
    whenClosed.run();
  }

  @Override
  public void onNext(ControllerMessage message) {
    down.accept(message);
  }

  @Override
  public void onError(Throwable cause) {
    ended.accept(String.valueOf(cause.getMessage()));
  }

  @Override
  public void onCompleted() {
    ended.accept("completed");
  }

  @Override
  public boolean isReady() {
    return isReady;
  }

  @Override
  public boolean isCancelled() {
    return isCancelled;
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    whenReady = handler;
  }

  @Override
  public void setOnCloseHandler(Runnable handler) {
    whenClosed = handler;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    whenCancelled = handler;
  }

  @Override
  public void disableAutoInboundFlowControl() {
    // There is no flow to control.
  }

  @Override
  public void request(int count) {
    // Everything comes by itself.
  }

  @Override
  public void setMessageCompression(boolean enable) {
    // Nothing is compressed.
  }

  @Override
  public void setCompression(String compression) {
    // Nothing is compressed.
  }
}

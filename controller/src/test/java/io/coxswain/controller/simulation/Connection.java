package io.coxswain.controller.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.coxswain.agent.link.AgentSession;
import io.coxswain.controller.api.link.SimulatedCall;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One stream between an agent and a controller, with the network that carries it. */
final class Connection implements AgentSession.Stream {
  private static final Duration FASTEST = Duration.ofMillis(1);
  private static final Duration SLOWEST = Duration.ofMillis(40);
  private static final Duration LATE = Duration.ofMillis(400);

  private final Timeline timeline;
  private final Faults faults;
  private final AgentMachine agent;
  private final ControllerProcess controller;
  private final int life;
  private final Lane up = new Lane("up");
  private final Lane down = new Lane("down");
  private @Nullable SimulatedCall call;
  private boolean isCut;

  Connection(Timeline timeline, Faults faults, AgentMachine agent, ControllerProcess controller) {
    this.timeline = timeline;
    this.faults = faults;
    this.agent = agent;
    this.controller = controller;
    this.life = controller.life();
  }

  /** The controller has taken it. */
  void carried(SimulatedCall by) {
    call = by;
  }

  AgentMachine agent() {
    return agent;
  }

  @Override
  public void send(AgentMessage message) {
    up.carry(message, AgentMessage.parser(), told -> atController(taken -> taken.up(told)));
  }

  @Override
  public void end(String why) {
    timeline.trace(agent.name(), "ends its stream: " + why);
    timeline.in(FASTEST, () -> agent.closed(this));
    up.afterAll(() -> atController(SimulatedCall::cancel));
  }

  void down(ControllerMessage message) {
    down.carry(message, ControllerMessage.parser(), told -> agent.received(this, told));
  }

  /** The controller ended it. */
  void endedAbove(String why) {
    timeline.trace(agent.name(), "its stream is ended: " + why);
    down.afterAll(() -> agent.closed(this));
    timeline.in(FASTEST, () -> atController(SimulatedCall::close));
  }

  /** Nothing arrives any more; each end learns of it in its own time. */
  void cut(Duration agentLearns, Duration controllerLearns) {
    isCut = true;
    timeline.in(agentLearns, () -> agent.closed(this));
    timeline.in(controllerLearns, () -> atController(SimulatedCall::cancel));
  }

  /** The transport takes nothing from the controller for a while. */
  void congest(Duration time) {
    atController(taken -> taken.ready(false));
    timeline.in(time, () -> atController(taken -> taken.ready(true)));
  }

  private void atController(Consumer<SimulatedCall> deed) {
    SimulatedCall taken = call;
    if (taken != null) {
      controller.run(life, () -> deed.accept(taken));
    }
  }

  /** One direction: in order, but for what the faults do. */
  private final class Lane {
    private final String name;
    private Instant last = Instant.MIN;

    Lane(String name) {
      this.name = name;
    }

    <T extends MessageLite> void carry(T message, Parser<T> parser, Consumer<T> deliver) {
      byte[] bytes = message.toByteArray();
      Instant arrival = timeline.now().plus(timeline.between(FASTEST, SLOWEST));
      Faults.Fate fate = faults.message();
      if (fate != Faults.Fate.ARRIVES) {
        timeline.trace(agent.name(), name + ": a message is " + fate);
      }
      switch (fate) {
        case LOST -> {}
        case LATE -> arrive(arrival.plus(LATE), bytes, parser, deliver);
        case ARRIVES -> inOrder(arrival, bytes, parser, deliver);
        case DOUBLED -> {
          inOrder(arrival, bytes, parser, deliver);
          inOrder(arrival, bytes, parser, deliver);
        }
      }
    }

    void afterAll(Runnable deed) {
      Instant arrival = timeline.now().plus(timeline.between(FASTEST, SLOWEST));
      timeline.at(arrival.isBefore(last) ? last : arrival, deed);
    }

    private <T extends MessageLite> void inOrder(
        Instant arrival, byte[] bytes, Parser<T> parser, Consumer<T> deliver) {
      last = arrival.isBefore(last) ? last : arrival;
      arrive(last, bytes, parser, deliver);
    }

    private <T extends MessageLite> void arrive(
        Instant at, byte[] bytes, Parser<T> parser, Consumer<T> deliver) {
      timeline.at(
          at,
          () -> {
            if (!isCut) {
              deliver.accept(parsed(bytes, parser));
            }
          });
    }

    private static <T extends MessageLite> T parsed(byte[] bytes, Parser<T> parser) {
      try {
        return parser.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
  }
}

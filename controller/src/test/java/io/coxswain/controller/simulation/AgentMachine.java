package io.coxswain.controller.simulation;

import io.coxswain.agent.host.Crash;
import io.coxswain.agent.host.FakeHost;
import io.coxswain.agent.host.FakeSlurm;
import io.coxswain.agent.link.AgentSession;
import io.coxswain.agent.link.Backoff;
import io.coxswain.controller.observed.Machine;
import io.coxswain.v1.ControllerMessage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A machine that outlives its agent, and the agent that dies and comes back. */
final class AgentMachine {
  private static final Duration STEP_FASTEST = Duration.ofMillis(5);
  private static final Duration STEP_SLOWEST = Duration.ofMillis(400);
  private static final Duration BREATH = Duration.ofMillis(1);

  private final Timeline timeline;
  private final Faults faults;
  private final Oracle oracle;
  private final int index;
  private final Machine.Role role;
  private final FakeHost host;
  private final FakeProbe probe;
  private final Backoff backoff;
  private final Hand work = new Hand(AgentSession::work, STEP_FASTEST, STEP_SLOWEST);
  private final Hand talk = new Hand(AgentSession::talk, BREATH, BREATH);
  private final Hand look = new Hand(AgentSession::look, BREATH, Duration.ofMillis(50));
  private @Nullable ControllerProcess controller;
  private @Nullable AgentSession session;
  private @Nullable Connection connection;
  private Instant silentUntil = Instant.MIN;
  private boolean isActing;
  private int life;

  AgentMachine(Timeline timeline, Faults faults, Oracle oracle, int index, FakeSlurm slurm) {
    this.timeline = timeline;
    this.faults = faults;
    this.oracle = oracle;
    this.index = index;
    this.role = index == 0 ? Machine.Role.JUMPHOST : Machine.Role.WORKER;
    this.host = new FakeHost(name(), timeline.clock(), slurm);
    this.probe = new FakeProbe(name(), index == 0, host, slurm);
    this.backoff = new Backoff(timeline.random());
    host.effects().listen(this::point);
  }

  /** Whom it dials. */
  void dials(ControllerProcess process) {
    controller = process;
  }

  String id() {
    return "m-" + index;
  }

  String name() {
    return index == 0 ? "jumphost" : "gpu" + index;
  }

  Machine.Role role() {
    return role;
  }

  FakeHost host() {
    return host;
  }

  FakeProbe probe() {
    return probe;
  }

  boolean isAlive() {
    return session != null;
  }

  boolean isWelcome() {
    return session != null && session.isWelcome();
  }

  /** The generation held; 0 while the agent is dead. */
  long generation() {
    return session == null ? 0 : session.generation();
  }

  InetAddress address() {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (index + 1)});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The agent's process starts. */
  void boot() {
    if (isAlive() || !host.isUp()) {
      return;
    }
    life++;
    timeline.trace(name(), "agent starts");
    session = new AgentSession(host, probe, id(), "0.1.0", this::wake);
    work.call(timeline.now());
    wake();
    connect(life);
  }

  /** The agent's process is killed, perhaps with the machine. */
  void die(String point, boolean withMachine) {
    timeline.trace(name(), "agent killed " + point + (withMachine ? ", and the machine" : ""));
    life++;
    session = null;
    Connection broken = connection;
    connection = null;
    if (broken != null) {
      broken.cut(Duration.ZERO, timeline.between(BREATH, Duration.ofSeconds(withMachine ? 40 : 1)));
    }
    if (withMachine) {
      host.powerOff();
      oracle.rebooted(this);
      timeline.in(timeline.between(Duration.ofSeconds(20), Duration.ofSeconds(90)), this::powerOn);
    }
    timeline.in(timeline.between(Duration.ofSeconds(1), Duration.ofSeconds(10)), this::boot);
  }

  private void powerOn() {
    if (!host.isUp()) {
      timeline.trace(name(), "boots");
      host.reboot();
      boot();
    }
  }

  /** Nothing comes to it or from it for a while. */
  void silence(Duration time) {
    timeline.trace(name(), "is silent for " + time.toSeconds() + " s");
    silentUntil = timeline.now().plus(time);
    cut(Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  /** Its stream breaks; both ends learn of it within the times. */
  void cut(Duration agentLearns, Duration controllerLearns) {
    Connection broken = connection;
    if (broken != null) {
      broken.cut(timeline.between(BREATH, agentLearns), timeline.between(BREATH, controllerLearns));
    }
  }

  void congest(Duration time) {
    Connection open = connection;
    if (open != null) {
      open.congest(time);
    }
  }

  /** The network is well again. */
  void heal() {
    silentUntil = Instant.MIN;
  }

  void received(Connection from, ControllerMessage message) {
    act(
        agent -> {
          agent.received(from, message);
          work.call(timeline.now());
          return Instant.MAX;
        });
  }

  void closed(Connection gone) {
    act(
        agent -> {
          agent.closed(gone);
          return Instant.MAX;
        });
    if (isCurrent(gone)) {
      connection = null;
      int mine = life;
      timeline.in(backoff.next(), () -> connect(mine));
    }
  }

  // Two streams are never equal in another sense.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(Connection other) {
    return connection == other;
  }

  private void connect(int mine) {
    ControllerProcess to = controller;
    if (mine != life || session == null || to == null || connection != null) {
      return;
    }
    boolean isReachable = !timeline.now().isBefore(silentUntil) && to.isAlive();
    if (!isReachable) {
      timeline.in(backoff.next(), () -> connect(mine));
      return;
    }
    Connection opened = new Connection(timeline, faults, this, to);
    connection = opened;
    to.open(opened);
    act(
        agent -> {
          agent.opened(opened);
          return Instant.MAX;
        });
  }

  private void wake() {
    talk.call(timeline.now());
    look.call(timeline.now());
    if (isWelcome()) {
      backoff.reset();
    }
  }

  /** Lets the agent do something, unless it is dead, and dies with it. */
  private Instant act(Function<AgentSession, Instant> deed) {
    AgentSession agent = session;
    if (agent == null) {
      return Instant.MAX;
    }
    isActing = true;
    try {
      return deed.apply(agent);
    } catch (Crash e) {
      die(String.valueOf(e.getMessage()), faults.losesPower());
      return Instant.MAX;
    } finally {
      isActing = false;
      oracle.acted(this);
    }
  }

  private void point(String point) {
    // What a package brings comes with it or not at all.
    if (isActing && !point.contains("write /usr/bin/")) {
      oracle.did(this, point);
      faults.point(name(), point);
    }
  }

  /** One of the agent's threads: sleeps until it is due or woken, then is busy for a while. */
  private final class Hand {
    private final Function<AgentSession, Instant> deed;
    private final Duration least;
    private final Duration most;
    private Instant due = Instant.MAX;
    private Instant busyUntil = Instant.MIN;
    private int ofLife;
    private long ticket;

    Hand(Function<AgentSession, Instant> deed, Duration least, Duration most) {
      this.deed = deed;
      this.least = least;
      this.most = most;
    }

    void call(Instant wanted) {
      Instant at = wanted.isBefore(busyUntil) ? busyUntil : wanted;
      boolean isNew = ofLife != life;
      if (isNew || at.isBefore(due)) {
        ofLife = life;
        due = at;
        long mine = ++ticket;
        timeline.at(at, () -> turn(mine));
      }
    }

    private void turn(long mine) {
      if (mine != ticket || ofLife != life) {
        return;
      }
      due = Instant.MAX;
      busyUntil = timeline.now().plus(timeline.between(least, most));
      Instant next = act(deed);
      if (next.isBefore(Instant.MAX)) {
        call(next);
      }
    }
  }
}

package io.coxswain.agent;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.link.AgentIdentity;
import io.coxswain.agent.link.AgentSession;
import io.coxswain.agent.link.Endpoint;
import io.coxswain.agent.link.GrpcLink;
import io.coxswain.agent.link.ObservationSource;
import io.coxswain.agent.link.Wakeup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent that runs: one thread talks, one works, one looks. */
final class AgentDaemon {
  /** What the daemon says of itself, for cox-agent status. */
  static final String STATUS_FILE = "/run/coxswain-agent/status.json";

  private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

  // After an error that nobody foresaw.
  /** Exit status when a thread died: EX_SOFTWARE of sysexits(3). */
  private static final int DEAD_THREAD = 70;

  private static final Duration BREATH = Duration.ofSeconds(5);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final Host host;
  private final List<Wakeup> wakeups;
  private final AgentSession session;
  private final GrpcLink link;
  private final Thread worker;
  private final Thread looker;
  private volatile boolean isStopped;
  private String toldStatus = "";

  AgentDaemon(
      Host host,
      Endpoint controller,
      AgentIdentity identity,
      ObservationSource observations,
      String version) {
    this.host = host;
    Wakeup talk = new Wakeup(host.clock());
    Wakeup work = new Wakeup(host.clock());
    Wakeup look = new Wakeup(host.clock());
    this.wakeups = List.of(talk, work, look);
    this.session =
        new AgentSession(
            host, observations, identity.machineId(), version, () -> wakeups.forEach(Wakeup::wake));
    this.link = new GrpcLink(host, controller, identity, session, talk);
    this.worker = Thread.ofPlatform().name("work").unstarted(() -> loop(work, this::work));
    this.looker =
        Thread.ofPlatform().daemon().name("look").unstarted(() -> loop(look, session::look));
  }

  /** Runs until {@link #stop}; a step that runs then is let end. */
  void run() throws InterruptedException {
    // An agent without one of its threads would look alive and do nothing: systemd starts a whole
    // one.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, cause) -> {
          log.error("thread {} died", thread.getName(), cause);
          Runtime.getRuntime().halt(DEAD_THREAD);
        });
    worker.start();
    looker.start();
    link.run();
    worker.join(STOP_PATIENCE);
  }

  void stop() {
    isStopped = true;
    link.stop();
    wakeups.forEach(Wakeup::wake);
  }

  private Instant work() {
    Instant next = session.work();
    tellStatus();
    return next;
  }

  private void loop(Wakeup wakeup, Supplier<Instant> hand) {
    while (!isStopped) {
      Instant next;
      try {
        next = hand.get();
      } catch (RuntimeException e) {
        log.error("unexpected; going on in {} s", BREATH.toSeconds(), e);
        next = host.clock().instant().plus(BREATH);
      }
      try {
        wakeup.sleepUntil(next);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void tellStatus() {
    String status =
        Json.of(new Status(session.isWelcome(), session.generation(), session.outcomes()));
    if (status.equals(toldStatus)) {
      return;
    }
    toldStatus = status;
    try {
      host.files().createDirectory("/run/coxswain-agent", new Access(0700, "root", "root"));
      host.files()
          .write(
              STATUS_FILE,
              (status + "\n").getBytes(StandardCharsets.UTF_8),
              new Access(0600, "root", "root"));
    } catch (HostException e) {
      log.warn("{}", e.getMessage());
    }
  }

  /** What is written for cox-agent status. */
  record Status(
      boolean isConnected, long generation, List<io.coxswain.agent.report.GroupOutcome> groups) {}
}

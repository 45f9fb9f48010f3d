package io.coxswain.agent;

import io.coxswain.agent.health.Epilog;
import io.coxswain.agent.health.HealthWatch;
import io.coxswain.agent.health.KernelLogReader;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.LineSocket;
import io.coxswain.agent.link.AgentIdentity;
import io.coxswain.agent.link.AgentSession;
import io.coxswain.agent.link.GrpcLink;
import io.coxswain.agent.link.ImageFetch;
import io.coxswain.agent.link.ServerTls;
import io.coxswain.agent.link.Wakeup;
import io.coxswain.agent.metrics.GpuHistory;
import io.coxswain.agent.metrics.Metrics;
import io.coxswain.agent.metrics.MetricsDoor;
import io.coxswain.agent.metrics.Standing;
import io.coxswain.agent.probe.Prober;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Judgement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent that runs: one thread talks, one works, one looks; one reads the kernel's log, one
 * measures and one judges the machine's health.
 */
final class AgentDaemon {
  /** What the daemon says of itself, for cox-agent status. */
  static final String STATUS_FILE = "/run/coxswain-agent/status.json";

  /** Where cox-node asks; its directory is root's alone. */
  static final String NODE_SOCKET = "/run/coxswain-agent/node.sock";

  /** Where slurmctld's programs say that a node's power is to be looked at. */
  static final String POKE_SOCKET = "/run/coxswain-poke.sock";

  // slurmctld's user, by Debian's packages and ours; root for people.
  private static final Set<String> MAY_POKE = Set.of("root", "slurm");

  private static final Logger log = LoggerFactory.getLogger(AgentDaemon.class);

  // After an error that nobody foresaw.
  /** Exit status when a thread died: EX_SOFTWARE of sysexits(3). */
  private static final int DEAD_THREAD = 70;

  private static final Duration BREATH = Duration.ofSeconds(5);
  private static final Duration HEALTH_PERIOD = Duration.ofSeconds(10);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final Host host;
  private final List<Wakeup> wakeups;
  private final JudgedObservations observations;
  private final AgentSession session;
  private final GrpcLink link;
  private final Thread worker;
  private final Thread looker;
  private final Prober prober;
  private final String version;
  private final HealthWatch health;
  private final Epilog epilog;
  private final KernelLogReader kernelLog;
  private final List<Thread> watchers;
  private final NodeAnswers answers;
  private final Pokes pokes;
  private final Metrics metrics;
  private final GpuHistory history = new GpuHistory();
  private final MetricsDoor metricsDoor;
  private volatile boolean isStopped;
  private String toldStatus = "";

  AgentDaemon(
      Host host, AgentConfig config, AgentIdentity identity, Prober prober, String version) {
    this.host = host;
    this.prober = prober;
    this.version = version;
    Wakeup talk = new Wakeup(host.clock());
    Wakeup work = new Wakeup(host.clock());
    Wakeup look = new Wakeup(host.clock());
    this.wakeups = List.of(talk, work, look);
    this.observations =
        new JudgedObservations(
            afresh -> afresh ? prober.observeAfresh() : prober.observe(), this::judgement);
    this.session =
        new AgentSession(
            host, observations, identity.machineId(), version, () -> wakeups.forEach(Wakeup::wake));
    this.answers = new NodeAnswers(host.clock());
    this.pokes = new Pokes(host.clock(), session::reportBy);
    this.metrics = new Metrics(host, config.metrics(), this::standing);
    this.metricsDoor =
        new MetricsDoor(config.metrics(), host.files(), metrics::page, new ServerTls(host));
    this.health = new HealthWatch(host, this::tellHealth, this::urgent);
    this.epilog = new Epilog(host, health);
    this.kernelLog = new KernelLogReader(host, health);
    this.watchers =
        List.of(
            watcher("kernel-log", this::readKernelLog),
            watcher("measure", this::measure),
            watcher("judge", this::judge),
            watcher("images", new ImageFetch(host, config.controller())::run));
    this.link = new GrpcLink(host, config.controller(), identity, session, talk);
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
    watchers.forEach(Thread::start);
    host.files().createDirectory("/run/coxswain-agent", new Access(0700, "root", "root"));
    try (LineSocket _ = LineSocket.open(NODE_SOCKET, this::answer);
        LineSocket _ = LineSocket.openFor(MAY_POKE, POKE_SOCKET, pokes::answer);
        MetricsDoor _ = metricsDoor) {
      link.run();
    }
    worker.join(STOP_PATIENCE);
  }

  void stop() {
    isStopped = true;
    link.stop();
    watchers.forEach(Thread::interrupt);
    wakeups.forEach(Wakeup::wake);
  }

  private Thread watcher(String name, Supplier<Instant> hand) {
    Wakeup own = new Wakeup(host.clock());
    return Thread.ofPlatform().daemon().name(name).unstarted(() -> loop(own, hand));
  }

  private Judgement judgement() {
    return health.judgement();
  }

  private void urgent() {
    observations.urgent();
    session.reportNow();
  }

  private Instant readKernelLog() {
    try {
      return host.clock().instant().plus(kernelLog.run());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Instant.MAX;
    }
  }

  private String answer(String question) {
    if (question.equals(ToldHistory.QUESTION)) {
      return ToldHistory.answer(history.all());
    }
    String answer = answers.answer(question);
    metrics.answered(question, answer.equals("ok"));
    epilog.answered(question, answer.equals("ok"));
    return answer;
  }

  private Standing standing() {
    return new Standing(version, session.isWelcome(), session.generation(), session.outcomes());
  }

  private Instant measure() {
    Hardware hardware = prober.measure();
    health.measured(hardware);
    metrics.measured(hardware);
    hardware.gpuSamples().known().ifPresent(round -> history.add(round, host.clock().instant()));
    return host.clock().instant().plus(HEALTH_PERIOD);
  }

  // Apart from measuring, which may wait long for a driver that does not answer.
  private Instant judge() {
    health.judgeAgain();
    metricsDoor.open();
    return host.clock().instant().plus(HEALTH_PERIOD);
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
    tell(STATUS_FILE, status, 0600);
  }

  private void tellHealth(Judgement judgement) {
    answers.judged(judgement);
    metrics.judged(judgement);
    tell(ToldHealth.FILE, Json.of(ToldHealth.of(judgement, version)), 0644);
  }

  private void tell(String file, String text, int mode) {
    try {
      host.files().createDirectory("/run/coxswain-agent", new Access(0700, "root", "root"));
      host.files()
          .write(
              file,
              (text + "\n").getBytes(StandardCharsets.UTF_8),
              new Access(mode, "root", "root"));
    } catch (HostException e) {
      log.warn("{}", e.getMessage());
    }
  }

  /** What is written for cox-agent status. */
  record Status(
      boolean isConnected, long generation, List<io.coxswain.agent.report.GroupOutcome> groups) {}
}

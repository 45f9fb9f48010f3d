package io.coxswain.agent.link;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.GroupOutcome;
import io.coxswain.agent.report.GroupOutcome.State;
import io.coxswain.agent.report.Observation;
import io.coxswain.agent.runner.Assignment;
import io.coxswain.agent.runner.Runner;
import io.coxswain.v1.AgentMessage;
import io.coxswain.v1.ControllerMessage;
import io.coxswain.v1.Heartbeat;
import io.coxswain.v1.Hello;
import io.coxswain.v1.Outcome;
import io.coxswain.v1.Report;
import io.coxswain.v1.Welcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's side of the protocol, without a thread and without a socket.
 *
 * <ul>
 *   <li>At most one stream counts, the one opened last; what arrives on or leaves for another is
 *       nothing.
 *   <li>Up: Hello first; after Welcome a heartbeat at its interval, a report at its interval, on a
 *       query, when a group ends and when the machine's health demands it, and every outcome that
 *       is new to this stream. Sequence numbers are 1, 2, 3 … per stream in both directions.
 *   <li>State, not events: whatever is lost, the next stream tells all of it again; what comes
 *       twice or late changes nothing, because only a newer generation is taken.
 *   <li>An assignment is on the disk before its first step runs.
 * </ul>
 *
 * Three hands drive it, each by a thread of its own or all by one: {@link #talk}, {@link #work} and
 * {@link #look}. Each does what is due and says when it wants to be called again; {@code wake}
 * tells that something became due earlier.
 */
public final class AgentSession {
  private static final Logger log = LoggerFactory.getLogger(AgentSession.class);
  private static final Duration WELCOME_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STORE_AGAIN = Duration.ofSeconds(10);
  // Several groups often end together: one report tells of all.
  private static final Duration REPORT_SOON = Duration.ofMillis(500);

  private final Host host;
  private final ObservationSource observations;
  private final String machineId;
  private final String agentVersion;
  private final Runnable wake;
  private final Runner runner;

  // Outcomes that this stream has not been told; by group, so that only the newest goes up.
  private final Map<String, Outcome> untold = new LinkedHashMap<>();
  private final Map<String, State> lastStates = new LinkedHashMap<>();
  private final Map<String, Outcome> refused = new LinkedHashMap<>();
  private io.coxswain.v1.@Nullable Assignment unstored;
  private Instant storeAt = Instant.MAX;
  private @Nullable Stream stream;
  private @Nullable Welcome welcome;
  private long sent;
  private long received;
  private long queryId;
  private Instant openedAt = Instant.MIN;
  private Instant heartbeatAt = Instant.MAX;
  private Instant reportAt = Instant.MAX;

  /** What carries messages to the controller. */
  public interface Stream {
    void send(AgentMessage message);

    /** Ends it for the reason; {@link AgentSession#closed} follows, at once or later. */
    void end(String why);
  }

  public AgentSession(
      Host host,
      ObservationSource observations,
      String machineId,
      String agentVersion,
      Runnable wake) {
    this.host = host;
    this.observations = observations;
    this.machineId = machineId;
    this.agentVersion = agentVersion;
    this.wake = wake;
    this.runner = new Runner(host, this::changed);
    StoredAssignment.read(host).ifPresent(runner::offer);
  }

  /** A stream is open: says hello on it. */
  public synchronized void opened(Stream opened) {
    stream = opened;
    welcome = null;
    sent = 0;
    received = 0;
    queryId = 0;
    openedAt = now();
    heartbeatAt = Instant.MAX;
    reportAt = Instant.MAX;
    send(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setMachineId(machineId)
                    .setBootId(host.identity().bootId())
                    .setAgentVersion(agentVersion)
                    .setGeneration(runner.generation())));
    wake.run();
  }

  /** The stream is gone; another one's end is nothing to us. */
  public synchronized void closed(Stream closed) {
    if (isCurrent(closed)) {
      stream = null;
      welcome = null;
      wake.run();
    }
  }

  public synchronized void received(Stream from, ControllerMessage message) {
    if (!isCurrent(from)) {
      return;
    }
    if (message.getSequence() != received + 1) {
      end("sequence: %d (expected: %d)".formatted(message.getSequence(), received + 1));
      return;
    }
    received++;
    switch (message.getBodyCase()) {
      case WELCOME -> welcome(message.getWelcome());
      case ASSIGNMENT -> assignment(message.getAssignment());
      case QUERY -> {
        queryId = message.getQuery().getId();
        reportAt = now();
      }
      case BODY_NOT_SET -> log.warn("a message of a kind that this agent does not know");
    }
    wake.run();
  }

  private void welcome(Welcome message) {
    welcome = message;
    heartbeatAt = now();
    reportAt = now();
    // Whatever it knows, it may be from before something was lost.
    untold.clear();
    runner.outcomes().forEach(o -> untold.put(o.group(), OutcomeEncoder.encode(o)));
    untold.putAll(refused);
  }

  private void assignment(io.coxswain.v1.Assignment wire) {
    if (wire.getGeneration() <= runner.generation()) {
      log.info(
          "generation {}: refused, {} is held (expected: a newer one)",
          wire.getGeneration(),
          runner.generation());
      return;
    }
    Assignment assignment;
    try {
      assignment = AssignmentDecoder.decode(wire);
    } catch (IllegalArgumentException e) {
      refuse(wire, String.valueOf(e.getMessage()));
      return;
    }
    refused.clear();
    store(wire);
    runner.offer(assignment);
  }

  private void store(io.coxswain.v1.Assignment wire) {
    try {
      StoredAssignment.write(host, wire);
      unstored = null;
      storeAt = Instant.MAX;
    } catch (HostException e) {
      // It runs from memory meanwhile: should we restart before it is stored, the controller sends
      // it again.
      log.error("generation {}: not stored: {}", wire.getGeneration(), e.getMessage());
      unstored = wire;
      storeAt = now().plus(STORE_AGAIN);
    }
  }

  // Told as outcomes, because nobody reads a log to learn why a machine stands still.
  private void refuse(io.coxswain.v1.Assignment wire, String why) {
    log.error("generation {}: refused: {}", wire.getGeneration(), why);
    Outcome failed =
        Outcome.newBuilder()
            .setGeneration(wire.getGeneration())
            .setState(Outcome.State.FAILED)
            .setAttempt(1)
            .setFailure(
                io.coxswain.v1.Failure.newBuilder()
                    .setReason("ASSIGNMENT_REFUSED")
                    .setMessage(why)
                    .setNextAction("upgrade the agent to the controller's version"))
            .build();
    refused.clear();
    wire.getGroupsList()
        .forEach(
            group ->
                refused.put(
                    group.getName(),
                    failed.toBuilder()
                        .setGroup(group.getName())
                        .setRetry(group.getRetry())
                        .build()));
    untold.putAll(refused);
  }

  private synchronized void changed(GroupOutcome outcome) {
    untold.put(outcome.group(), OutcomeEncoder.encode(outcome));
    State now = outcome.progress().state();
    State before = lastStates.put(outcome.group(), now);
    boolean ended = now == State.DONE || now == State.FAILED;
    Instant soon = now().plus(REPORT_SOON);
    if (ended && now != before && welcome != null && reportAt.isAfter(soon)) {
      reportAt = soon;
    }
    wake.run();
  }

  /** Something happened that should not wait for the next report. */
  public void reportNow() {
    reportBy(now());
  }

  /** The next report is wanted at this time, or before. */
  public synchronized void reportBy(Instant time) {
    // Without a welcome there is nobody to tell, and the first thing after it is a report.
    if (welcome != null && reportAt.isAfter(time)) {
      reportAt = time;
      wake.run();
    }
  }

  /** Sends what is due. Does not block beyond the stream's own buffer. */
  public synchronized Instant talk() {
    Instant now = now();
    if (unstored != null && !now.isBefore(storeAt)) {
      store(unstored);
    }
    if (stream == null) {
      return storeAt;
    }
    if (welcome == null) {
      Instant deadline = openedAt.plus(WELCOME_PATIENCE);
      if (!now.isBefore(deadline)) {
        end("welcome: none within " + WELCOME_PATIENCE.toSeconds() + " s");
        return storeAt;
      }
      return earlier(deadline, storeAt);
    }
    List<Outcome> outcomes = new ArrayList<>(untold.values());
    untold.clear();
    outcomes.forEach(outcome -> send(AgentMessage.newBuilder().setOutcome(outcome)));
    if (!now.isBefore(heartbeatAt)) {
      send(
          AgentMessage.newBuilder()
              .setHeartbeat(
                  Heartbeat.newBuilder()
                      .setSentAt(OutcomeEncoder.timestamp(now))
                      .setGeneration(runner.generation())));
      heartbeatAt = now.plusSeconds(Math.max(1, welcome.getHeartbeatSeconds()));
    }
    return earlier(heartbeatAt, storeAt);
  }

  /** Runs at most one step; may block as long as the step takes. */
  public Instant work() {
    return runner.advance();
  }

  /** Observes and reports when it is due; may block as long as the probe takes. */
  public Instant look() {
    Stream to;
    long query;
    synchronized (this) {
      if (stream == null || welcome == null || now().isBefore(reportAt)) {
        return stream == null || welcome == null ? Instant.MAX : reportAt;
      }
      to = stream;
      query = queryId;
      queryId = 0;
      reportAt = now().plusSeconds(Math.max(1, welcome.getReportSeconds()));
    }
    Observation observation = observations.observe(query != 0);
    synchronized (this) {
      if (isCurrent(to)) {
        send(
            AgentMessage.newBuilder()
                .setReport(
                    Report.newBuilder()
                        .setObservation(ObservationEncoder.encode(observation))
                        .setQueryId(query)));
      }
      return stream == null ? Instant.MAX : reportAt;
    }
  }

  /**
   * All three hands once, for whoever drives the agent by one thread; says when something is due
   * again.
   */
  public Instant tick() {
    Instant work = work();
    Instant look = look();
    return earlier(work, earlier(look, talk()));
  }

  public synchronized boolean isWelcome() {
    return welcome != null;
  }

  /** The generation held; 0 when none. */
  public long generation() {
    return runner.generation();
  }

  /** Where every group stands. */
  public List<GroupOutcome> outcomes() {
    return runner.outcomes();
  }

  // Two streams are never equal in another sense.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(Stream other) {
    return stream == other;
  }

  private void send(AgentMessage.Builder message) {
    Stream to = stream;
    if (to != null) {
      to.send(message.setSequence(++sent).build());
    }
  }

  private void end(String why) {
    log.warn("the stream is ended: {}", why);
    Stream ended = stream;
    stream = null;
    welcome = null;
    if (ended != null) {
      ended.end(why);
    }
  }

  private Instant now() {
    return host.clock().instant();
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}

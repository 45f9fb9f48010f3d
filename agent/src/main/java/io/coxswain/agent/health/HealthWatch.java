package io.coxswain.agent.health;

import io.coxswain.agent.health.Judge.OwnTrouble;
import io.coxswain.agent.host.Clearances;
import io.coxswain.agent.host.Clearances.Clearance;
import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.KernelLog;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.Judgement;
import io.coxswain.agent.report.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over this machine's health, without a thread of its own.
 *
 * <ul>
 *   <li>A line of the kernel's log is judged at once, a round of measurements when it is there; no
 *       line waits for a measurement.
 *   <li>A fault is on the disk before its line counts as read, and is judged again after a restart.
 *   <li>A judgement is published whenever one is made; a CRITICAL verdict that is new or has
 *       changed is also urgent.
 * </ul>
 */
public final class HealthWatch {
  private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

  private final Host host;
  private final Consumer<Judgement> publish;
  private final Runnable urgent;
  private final SitePolicy policy;
  private final SurroundingsProbe surroundings;
  private final NvrmLines lines = new NvrmLines();
  private final GpuEvents gpuEvents = new GpuEvents();
  private final Instant startedAt;
  private final Instant bootedAt;

  private HealthState state;
  private HealthState stored;
  private Optional<OwnTrouble> stateLost = Optional.empty();
  private Optional<OwnTrouble> kernelLog = Optional.empty();
  private Trend trend = Trend.NONE;
  private @Nullable Instant measuredAt;
  private Set<String> lastCritical = Set.of();
  private Judgement judgement = Judgement.NONE;

  /**
   * Takes up what an earlier agent knew, and judges it.
   *
   * @param publish called with each judgement, under this object's lock: it must be quick
   * @param urgent called when a report should not wait
   */
  public HealthWatch(Host host, Consumer<Judgement> publish, Runnable urgent) {
    this(host, publish, urgent, DiskSpace::of);
  }

  HealthWatch(
      Host host, Consumer<Judgement> publish, Runnable urgent, Function<String, DiskSpace> space) {
    this.host = host;
    this.publish = publish;
    this.urgent = urgent;
    this.policy = new SitePolicy(host);
    this.surroundings = new SurroundingsProbe(host, space);
    this.startedAt = host.clock().instant();
    this.bootedAt = startedAt.minus(uptime(host));
    this.stored = read();
    this.state = booted(stored);
    judge();
  }

  private HealthState read() {
    try {
      return HealthFile.read(host.files()).orElse(HealthState.NONE);
    } catch (IllegalArgumentException | HostException e) {
      log.error("the faults known before are lost: {}", e.getMessage());
      // The kernel's log is read again from this boot on, which brings back most of them.
      stateLost =
          Optional.of(
              new OwnTrouble(
                  Judge.STATE_LOST,
                  Health.WARNING,
                  "faults known before this start are lost: " + e.getMessage(),
                  "a file of this agent's",
                  startedAt));
      return HealthState.NONE;
    }
  }

  private HealthState booted(HealthState before) {
    String bootId = host.identity().bootId();
    if (before.bootId().equals(bootId)) {
      return before;
    }
    Faults faults = before.faults().rebooted(startedAt, policy.inForce());
    return new HealthState(bootId, -1, faults, before.conditions(), before.baseline());
  }

  private static Duration uptime(Host host) {
    try {
      String text = new String(host.files().read("/proc/uptime"), StandardCharsets.US_ASCII);
      return Duration.ofMillis((long) (Double.parseDouble(text.split(" ", 2)[0]) * 1000));
    } catch (HostException | NumberFormatException e) {
      // Then what the kernel wrote before this start is as old as this start.
      return Duration.ZERO;
    }
  }

  /** Where the kernel's log is to be read. */
  public synchronized String kernelLogPath() {
    return policy.inForce().kernelLog();
  }

  /** Number of the last record that needs no reading again; -1 for none. */
  public synchronized long lastRecord() {
    return state.sequence();
  }

  /** A record of the kernel's log. */
  public synchronized void record(KernelLog.Entry entry) {
    if (entry.sequence() <= state.sequence()) {
      return;
    }
    kernelLog = Optional.empty();
    Instant now = host.clock().instant();
    Instant written = entry.sinceBoot().map(bootedAt::plus).orElse(now);
    Instant at = written.isAfter(now) ? now : written;
    Faults faults = state.faults();
    List<KernelEvent> events = lines.read(entry.text());
    for (KernelEvent event : events) {
      faults = faults.happened(event, Holder.hit(host, event, at, now), policy.inForce());
    }
    state =
        new HealthState(
            state.bootId(), entry.sequence(), faults, state.conditions(), state.baseline());
    if (!events.isEmpty() && judge()) {
      store();
    }
  }

  /** The kernel's log cannot be read, for the reason given. */
  public synchronized void kernelLogUnreadable(String why) {
    Instant since = kernelLog.map(OwnTrouble::since).orElse(host.clock().instant());
    kernelLog =
        Optional.of(
            new OwnTrouble(
                Judge.KERNEL_LOG,
                Health.UNKNOWN,
                "the kernel's log cannot be read: " + why,
                "it is readable: root, CAP_SYSLOG",
                since));
    judge();
  }

  /** The kernel's log is being read. */
  public synchronized void kernelLogOpened() {
    kernelLog = Optional.empty();
  }

  /** The machine was measured just now. May block for seconds: reads what only health looks at. */
  public void measured(Hardware hardware) {
    Surroundings around = surroundings.read();
    synchronized (this) {
      policy.refresh();
      Instant now = host.clock().instant();
      measuredAt = now;
      Optional<GpuSamples> samples = hardware.gpuSamples().known();
      if (samples.isPresent()) {
        trend = trend.next(samples.get(), now);
      }
      Baseline baseline = state.baseline().learn(hardware);
      Facts facts = new Facts(now, host.identity().hostName(), hardware, around, baseline, trend);
      Conditions conditions = state.conditions().next(facts, policy.inForce());
      Faults faults = state.faults();
      if (samples.isPresent()) {
        faults = gpuEvents.next(samples.get(), faults, policy.inForce(), now);
      }
      state = new HealthState(state.bootId(), state.sequence(), faults, conditions, baseline);
      judge();
      store();
    }
  }

  /** What the policy says of processes that a job has left on a GPU. */
  synchronized EpilogRule epilogRule() {
    return policy.inForce().epilog();
  }

  /** An epilog found a process on a GPU. */
  synchronized void leftover(KernelEvent.Leftover event, Fault.Hit hit) {
    state =
        new HealthState(
            state.bootId(),
            state.sequence(),
            state.faults().happened(event, hit, policy.inForce()),
            state.conditions(),
            state.baseline());
    log.warn("health: {}", event.message());
    judge();
    store();
  }

  /**
   * Somebody has put faults right; they are not told any more.
   *
   * @param check empty: all
   * @param subject a PCI address; empty: all
   * @param before what happened at this time or later stays
   */
  public synchronized void clear(String check, String subject, Instant before) {
    state =
        new HealthState(
            state.bootId(),
            state.sequence(),
            state.faults().clear(check, subject, before),
            state.conditions(),
            state.baseline());
    judge();
    store();
  }

  /** Time has passed: what is known may mean something else by now, or is to be forgotten. */
  public synchronized void judgeAgain() {
    Clearances clearances = new Clearances(host.files());
    for (Clearance wish : clearances.open()) {
      log.info("forgetting {} of {}, as asked", wish.check(), wish.subject());
      clear(wish.check(), wish.subject(), wish.before());
      clearances.done(wish.id());
    }
    judge();
  }

  /** The last judgement. */
  public synchronized Judgement judgement() {
    return judgement;
  }

  /** Judges and publishes; says whether any verdict is another one than before. */
  private boolean judge() {
    Instant now = host.clock().instant();
    state =
        new HealthState(
            state.bootId(),
            state.sequence(),
            state.faults().aged(now, policy.inForce()),
            state.conditions(),
            state.baseline());
    List<OwnTrouble> troubles = new ArrayList<>();
    policy.refusal().ifPresent(troubles::add);
    stateLost.ifPresent(troubles::add);
    kernelLog.ifPresent(troubles::add);
    Judgement before = judgement;
    judgement =
        Judge.judge(
            new Judge.Situation(
                host.identity().hostName(),
                startedAt,
                Optional.ofNullable(measuredAt),
                state.conditions(),
                state.faults(),
                troubles),
            policy.inForce(),
            now);
    publish.accept(judgement);
    Set<String> critical = critical(judgement);
    if (!lastCritical.containsAll(critical)) {
      urgent.run();
    }
    lastCritical = critical;
    return tell(before, judgement);
  }

  // The journal has each verdict when it comes and when it goes, not each time it is made.
  private static boolean tell(Judgement before, Judgement now) {
    Set<String> then = rulings(before);
    for (Verdict verdict : now.verdicts()) {
      if (!then.contains(ruling(verdict))) {
        log.warn(
            "health: {} {} {}: {}",
            verdict.level(),
            verdict.check(),
            verdict.subject(),
            verdict.message());
      }
    }
    Set<String> rulings = rulings(now);
    for (Verdict verdict : before.verdicts()) {
      if (!rulings.contains(ruling(verdict))) {
        log.info("health: no longer {} {} {}", verdict.level(), verdict.check(), verdict.subject());
      }
    }
    return !then.equals(rulings);
  }

  private static Set<String> critical(Judgement judged) {
    Set<String> critical = new HashSet<>();
    for (Verdict verdict : judged.verdicts()) {
      if (verdict.level() == Health.CRITICAL) {
        critical.add(ruling(verdict));
      }
    }
    return critical;
  }

  private static Set<String> rulings(Judgement judged) {
    Set<String> rulings = new HashSet<>();
    judged.verdicts().forEach(verdict -> rulings.add(ruling(verdict)));
    return rulings;
  }

  private static String ruling(Verdict verdict) {
    return String.join(
        "\t",
        verdict.check(),
        verdict.subject(),
        verdict.level().name(),
        verdict.action().name(),
        String.valueOf(verdict.drain()),
        verdict.since().toString());
  }

  // A storm of lines of one fault is stored with the next round: read again, it would only be
  // counted again.
  private void store() {
    HealthState told = state;
    if (isStored(told)) {
      return;
    }
    try {
      HealthFile.write(host.files(), told);
      stored = told;
    } catch (HostException e) {
      log.error("faults are not stored, a restart would read them again: {}", e.getMessage());
    }
  }

  // Times of states that last change with every round and are not worth a write.
  private boolean isStored(HealthState told) {
    return stored.bootId().equals(told.bootId())
        && stored.faults().equals(told.faults())
        && stored.baseline().equals(told.baseline())
        && raisedKeys(stored).equals(raisedKeys(told));
  }

  private static Set<String> raisedKeys(HealthState of) {
    Set<String> keys = new HashSet<>();
    of.conditions()
        .raised()
        .forEach(
            c -> keys.add(c.check() + "\t" + c.finding().subject() + "\t" + c.finding().state()));
    return keys;
  }
}

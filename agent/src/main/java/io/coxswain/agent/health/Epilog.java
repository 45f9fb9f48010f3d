package io.coxswain.agent.health;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.Pause;
import io.coxswain.agent.host.Users.Account;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at when a job has ended on this node: processes that still hold a GPU and belong
 * to nobody's running job. They are told, and ended where the policy says so. Invariants:
 *
 * <ul>
 *   <li>A process of root or of a system account is never one: the driver's daemons, monitoring and
 *       this agent are theirs.
 *   <li>A process in another job's cgroup is never one, nor any of a user who may have another job
 *       here.
 *   <li>Only what is still there at a second look counts, and is looked at once more before each
 *       signal: numbers of processes are given again.
 *   <li>All of it ends within {@link #LONGEST}, since the node takes no job meanwhile.
 * </ul>
 */
public final class Epilog {
  /** Shorter than cox-node waits. */
  static final Duration LONGEST = Duration.ofSeconds(12);

  private static final Logger log = LoggerFactory.getLogger(Epilog.class);
  private static final String DEVICE = "/dev/nvidia";

  /** login.defs(5), UID_MIN: system accounts lie below. */
  private static final int FIRST_USER = 1000;

  /** What has just been killed with its job may take a moment to let go. */
  private static final Duration SECOND_LOOK = Duration.ofMillis(500);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration AFTER_KILL = Duration.ofSeconds(2);
  private static final Duration SIGNAL = Duration.ofSeconds(2);
  private static final Pattern MINOR = Pattern.compile("(?m)^Device Minor:\\s*(\\d{1,4})\\s*$");

  private final Host host;
  private final HealthWatch health;
  private final Consumer<Duration> pause;
  private final String device;
  private final JobsHere jobs = new JobsHere();

  public Epilog(Host host, HealthWatch health) {
    this(host, health, Pause::of, DEVICE);
  }

  Epilog(Host host, HealthWatch health, Consumer<Duration> pause, String device) {
    this.host = host;
    this.health = health;
    this.pause = pause;
    this.device = device;
  }

  /**
   * A question of slurmd's programs was answered. Returns at once but for an epilog, which takes
   * until its leftovers are gone, {@link #LONGEST} at most.
   */
  public void answered(String question, boolean isYes) {
    boolean isEpilog = question.startsWith("epilog ");
    if (isYes || isEpilog) {
      jobs.heard(question);
    }
    if (isEpilog) {
      try {
        ended(JobsHere.job(question).orElse("-"), JobsHere.uid(question));
      } catch (HostException e) {
        log.warn("epilog of {}: not looked at: {}", question, e.getMessage());
      }
    }
  }

  private void ended(String job, OptionalInt uid) {
    Instant deadline = host.clock().instant().plus(LONGEST);
    if (leftovers(job, uid).isEmpty()) {
      return;
    }
    pause.accept(SECOND_LOOK);
    List<GpuHolder> left = leftovers(job, uid);
    if (left.isEmpty()) {
      return;
    }
    EpilogRule rule = health.epilogRule();
    List<String> ends =
        rule.leftovers() == EpilogRule.Leftovers.END
            ? end(left, rule.grace(), deadline)
            : left.stream().map(each -> "it was left alone").toList();
    for (int i = 0; i < left.size(); i++) {
      tell(left.get(i), job, ends.get(i));
    }
  }

  private List<GpuHolder> leftovers(String job, OptionalInt uid) {
    List<GpuHolder> holders =
        GpuHolder.all(host.files(), device).stream()
            .filter(holder -> Integer.compareUnsigned(holder.uid(), FIRST_USER) >= 0)
            .toList();
    if (holders.isEmpty()) {
      return holders;
    }
    boolean isOver = uid.isPresent() && !jobs.mayHaveAnother(host.files(), uid.getAsInt(), job);
    boolean hasCgroups = hasJobCgroups(host.files());
    return holders.stream()
        .filter(
            holder -> {
              boolean isOfTheUser = isOver && holder.uid() == uid.getAsInt();
              return holder.job().isPresent()
                  ? holder.job().get().equals(job) && isOfTheUser
                  : isOfTheUser || hasCgroups;
            })
        .toList();
  }

  /** Whether slurmd puts jobs into cgroups here: it has made its own by then. */
  private static boolean hasJobCgroups(Files files) {
    boolean isVersion2 =
        files.list("/sys/fs/cgroup/system.slice").stream()
            .anyMatch(name -> name.endsWith("slurmstepd.scope"));
    return isVersion2
        || List.of("freezer", "devices", "memory", "cpuset").stream()
            .flatMap(controller -> files.list("/sys/fs/cgroup/" + controller).stream())
            .anyMatch(name -> name.equals("slurm") || name.startsWith("slurm_"));
  }

  /** SIGTERM to all, after the grace SIGKILL to those that stay; says how each ended. */
  private List<String> end(List<GpuHolder> left, Duration grace, Instant deadline) {
    left.forEach(each -> signal(each, "TERM"));
    Instant kill = earlier(host.clock().instant().plus(grace), deadline.minus(AFTER_KILL));
    await(left, kill);
    List<GpuHolder> stubborn = alive(left);
    stubborn.forEach(each -> signal(each, "KILL"));
    await(stubborn, earlier(host.clock().instant().plus(AFTER_KILL), deadline));
    List<GpuHolder> stuck = alive(stubborn);
    List<String> ends = new ArrayList<>();
    for (GpuHolder each : left) {
      ends.add(
          stuck.contains(each)
              ? "it does not end, not even by SIGKILL"
              : stubborn.contains(each) ? "ended with SIGKILL" : "ended with SIGTERM");
    }
    return ends;
  }

  private void await(List<GpuHolder> processes, Instant until) {
    while (!alive(processes).isEmpty() && host.clock().instant().isBefore(until)) {
      pause.accept(LOOK);
    }
  }

  private List<GpuHolder> alive(List<GpuHolder> processes) {
    return processes.stream().filter(each -> each.isAlive(host.files())).toList();
  }

  private void signal(GpuHolder holder, String signal) {
    if (!holder.isAlive(host.files())) {
      return;
    }
    Result result =
        host.commands()
            .run(Command.of(SIGNAL, "kill", "-s", signal, "--", Long.toString(holder.pid())));
    // One that has just ended is no failure; one that cannot be signalled shows as not ending.
    log.info("epilog: SIG{} to process {}: status {}", signal, holder.pid(), result.status());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void tell(GpuHolder holder, String job, String end) {
    String user =
        host.users().findByUid(holder.uid()).map(Account::name).orElse("uid " + holder.uid());
    String gpus =
        holder.minors().stream().map(minor -> device + minor).collect(Collectors.joining(","));
    String message =
        "process %d (%s) of %s holds %s after job %s; %s"
            .formatted(holder.pid(), holder.command(), user, gpus, job, end);
    boolean isStuck = end.startsWith("it does not end");
    Instant now = host.clock().instant();
    for (int minor : holder.minors()) {
      health.leftover(
          new KernelEvent.Leftover(address(minor), isStuck, message),
          new Fault.Hit(now, "job " + job, user));
    }
  }

  /** The GPU's PCI address as all checks name it; its device file where the driver is silent. */
  private String address(int minor) {
    String directory = "/proc/driver/nvidia/gpus";
    for (String address : host.files().list(directory)) {
      try {
        Matcher found =
            MINOR.matcher(
                new String(
                    host.files().read(directory + "/" + address + "/information"),
                    StandardCharsets.UTF_8));
        if (found.find() && Integer.parseInt(found.group(1)) == minor) {
          return address;
        }
      } catch (HostException e) {
        log.debug("{}: {}", address, e.getMessage());
      }
    }
    return device + minor;
  }
}

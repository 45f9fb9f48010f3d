package io.coxswain.agent.health;

import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose program held the GPU when something happened, as far as the kernel still knows. */
final class Holder {
  // cgroup of a Slurm job, v1 "/slurm/uid_1000/job_17/step_0", v2
  // "/system.slice/slurmstepd.scope/job_17/…".
  private static final Pattern JOB = Pattern.compile("/job_(\\d+)(/|$)", Pattern.MULTILINE);
  // Older lines may name a process whose number another one has by now.
  private static final Duration FRESH = Duration.ofSeconds(10);

  private Holder() {}

  static Fault.Hit hit(Host host, KernelEvent event, Instant at, Instant now) {
    if (!(event instanceof KernelEvent.Xid xid) || xid.pid().isEmpty()) {
      return new Fault.Hit(at, "", "");
    }
    OptionalLong pid = xid.pid();
    String process = "process " + pid.getAsLong();
    if (at.plus(FRESH).isBefore(now)) {
      return new Fault.Hit(at, process, "");
    }
    String directory = "/proc/" + pid.getAsLong();
    try {
      String user = host.files().stat(directory).map(stat -> stat.owner()).orElse("");
      if (user.isEmpty()) {
        return new Fault.Hit(at, process, "");
      }
      Matcher job =
          JOB.matcher(new String(host.files().read(directory + "/cgroup"), StandardCharsets.UTF_8));
      return new Fault.Hit(at, job.find() ? "job " + job.group(1) : process, user);
    } catch (HostException e) {
      // It ended while we looked.
      return new Fault.Hit(at, process, "");
    }
  }
}

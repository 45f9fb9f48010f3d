package io.coxswain.agent.health;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that holds GPUs: it has a device file of one open. The kernel says so for every
 * process, in containers and of every driver version, where NVML counts only those that compute.
 *
 * @param startTicks with the pid it names one process for as long as the machine runs (proc(5),
 *     stat, field 22)
 * @param minors the N of /dev/nvidiaN, sorted
 * @param job of the Slurm job's cgroup that it lives in; empty outside of all
 */
record GpuHolder(
    long pid,
    long startTicks,
    int uid,
    String command,
    List<Integer> minors,
    Optional<String> job) {
  // cgroup of a Slurm job, v1 "/slurm/uid_1000/job_17/step_0", v2
  // "/system.slice/slurmstepd.scope/job_17/…".
  private static final Pattern JOB = Pattern.compile("/job_(\\d+)(/|$)", Pattern.MULTILINE);
  private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+(\\d{1,10})\\s");
  private static final int START_FIELD = 22;

  GpuHolder {
    minors = List.copyOf(minors);
  }

  /**
   * All of them now. A process that ends while it is looked at holds nothing.
   *
   * @param device path of a GPU's device file without its number: "/dev/nvidia"
   */
  static List<GpuHolder> all(Files files, String device) {
    List<GpuHolder> holders = new ArrayList<>();
    for (String name : files.list("/proc")) {
      if (name.matches("\\d{1,10}")) {
        read(files, Long.parseLong(name), device).ifPresent(holders::add);
      }
    }
    return holders;
  }

  private static Optional<GpuHolder> read(Files files, long pid, String device) {
    String directory = "/proc/" + pid;
    try {
      TreeSet<Integer> minors = new TreeSet<>();
      for (String fd : files.list(directory + "/fd")) {
        minor(files.readLink(directory + "/fd/" + fd), device).ifPresent(minors::add);
      }
      Matcher uid = UID.matcher(text(files, directory + "/status"));
      if (minors.isEmpty() || !uid.find()) {
        return Optional.empty();
      }
      return Optional.of(
          new GpuHolder(
              pid,
              startTicks(files, pid),
              Integer.parseUnsignedInt(uid.group(1)),
              text(files, directory + "/comm").strip(),
              List.copyOf(minors),
              job(text(files, directory + "/cgroup"))));
    } catch (HostException e) {
      return Optional.empty();
    }
  }

  static Optional<String> job(String cgroup) {
    Matcher job = JOB.matcher(cgroup);
    return job.find() ? Optional.of(job.group(1)) : Optional.empty();
  }

  private static Optional<Integer> minor(String target, String device) {
    if (!target.startsWith(device)) {
      return Optional.empty();
    }
    // Not nvidiactl, nvidia-uvm or nvidia-modeset, which hold no GPU.
    String rest = target.substring(device.length());
    return rest.matches("\\d{1,4}") ? Optional.of(Integer.parseInt(rest)) : Optional.empty();
  }

  private static long startTicks(Files files, long pid) {
    String stat = text(files, "/proc/" + pid + "/stat");
    // The name in brackets may hold anything, brackets too; after it come the fields from 3 on.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > START_FIELD - 3 ? Long.parseLong(fields[START_FIELD - 3]) : -1;
  }

  /** Whether this same process is still there; its number may be another one's by now. */
  boolean isAlive(Files files) {
    try {
      return !files.list("/proc/" + pid).isEmpty()
          && !isZombie(files)
          && startTicks(files, pid) == startTicks;
    } catch (HostException e) {
      return false;
    }
  }

  // One that its parent has not buried yet holds nothing any more.
  private boolean isZombie(Files files) {
    return text(files, "/proc/" + pid + "/status").contains("\nState:\tZ");
  }

  private static String text(Files files, String path) {
    return new String(files.read(path), StandardCharsets.UTF_8);
  }
}

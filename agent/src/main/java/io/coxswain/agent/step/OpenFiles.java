package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who has something open below a mount point: files, a working directory, a program or a library.
 * Read from what the kernel knows of processes, never from the mount: its server may be dead. What
 * needs a process's memory is read by a child, since that of a stuck process may be locked.
 */
final class OpenFiles {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final List<String> LINKS = List.of("cwd", "root", "exe");
  // cgroup of a Slurm job, v1 "/slurm/uid_1000/job_17/step_0", v2
  // "/system.slice/slurmstepd.scope/job_17/…".
  private static final Pattern JOB = Pattern.compile("/job_(\\d+)(/|$)", Pattern.MULTILINE);
  private static final Pattern TOLD = Pattern.compile("/proc/(\\d+)/environ:SLURM_JOB_ID=(\\d+)");
  private static final int SHOWN = 8;

  private final Host host;
  private final String where;

  OpenFiles(Host host, String where) {
    this.host = host;
    this.where = where;
  }

  /** "job 12 of alice (python 4711)", one for each process; empty when there are none. */
  List<String> holders() {
    List<String> all = host.files().list("/proc").stream().filter(OpenFiles::isNumber).toList();
    Set<String> holding = new TreeSet<>();
    all.stream().filter(this::hasOpen).forEach(holding::add);
    holding.addAll(mapping(all));
    Map<String, String> jobs = jobs(holding);
    List<String> words = new ArrayList<>();
    holding.forEach(pid -> words(pid, jobs).ifPresent(words::add));
    return words;
  }

  /** All of them in a few words; empty when there are none. */
  Optional<String> told() {
    List<String> all = holders();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    String more = all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "";
    return Optional.of(
        "open below "
            + where
            + ": "
            + String.join(", ", all.subList(0, Math.min(SHOWN, all.size())))
            + more);
  }

  private boolean hasOpen(String pid) {
    String directory = "/proc/" + pid;
    try {
      return LINKS.stream().anyMatch(link -> isBelow(directory + "/" + link))
          || host.files().list(directory + "/fd").stream()
              .anyMatch(fd -> isBelow(directory + "/fd/" + fd));
    } catch (HostException e) {
      demandSight(e);
      // It has ended meanwhile.
      return false;
    }
  }

  private boolean isBelow(String link) {
    try {
      String target = host.files().readLink(link);
      return target.equals(where) || target.startsWith(where + "/");
    } catch (HostException e) {
      demandSight(e);
      // Closed meanwhile, or of a thread of the kernel, which has no such thing.
      return false;
    }
  }

  // Whoever may not look must not say that nobody is there.
  private static void demandSight(HostException e) {
    if (e.reason() == Reason.PERMISSION_DENIED) {
      throw e;
    }
  }

  /** Those that have a file mapped: grep(1) says 1 where there is none, 2 where some have ended. */
  private Set<String> mapping(List<String> pids) {
    Set<String> found = new TreeSet<>();
    if (!pids.isEmpty()) {
      List<String> argv =
          new ArrayList<>(
              List.of("grep", "--files-with-matches", "--no-messages", "--fixed-strings"));
      argv.add("--regexp= " + where + "/");
      argv.add("--");
      pids.forEach(pid -> argv.add("/proc/" + pid + "/maps"));
      run(argv).out().lines().map(line -> line.split("/", -1)[2]).forEach(found::add);
    }
    return found;
  }

  /** Slurm's number of each process's job, by process; without those that belong to none. */
  private Map<String, String> jobs(Set<String> pids) {
    Map<String, String> jobs = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    for (String pid : pids) {
      Matcher job = JOB.matcher(text("/proc/" + pid + "/cgroup"));
      if (job.find()) {
        jobs.put(pid, job.group(1));
      } else {
        unknown.add("/proc/" + pid + "/environ");
      }
    }
    if (!unknown.isEmpty()) {
      // Where Slurm uses no cgroups, a job's processes still have what Slurm gave them.
      List<String> argv =
          new ArrayList<>(
              List.of("grep", "--null-data", "--text", "--only-matching", "--with-filename"));
      argv.addAll(List.of("--no-messages", "--regexp=^SLURM_JOB_ID=[0-9]*", "--"));
      argv.addAll(unknown);
      Matcher told = TOLD.matcher(run(argv).out());
      while (told.find()) {
        jobs.put(told.group(1), told.group(2));
      }
    }
    return jobs;
  }

  private Optional<String> words(String pid, Map<String, String> jobs) {
    return host.files()
        .stat("/proc/" + pid)
        .map(
            stat ->
                (jobs.containsKey(pid) ? "job " + jobs.get(pid) + " of " : "a process of ")
                    + stat.owner()
                    + " ("
                    + text("/proc/" + pid + "/comm").strip()
                    + " "
                    + pid
                    + ")");
  }

  private Result run(List<String> argv) {
    Result result = host.commands().run(MountVolume.command(DEADLINE, argv));
    if (result.status() > 2) {
      throw new HostException(
          Reason.COMMAND_FAILED, "grep: exit status " + result.status(), Output.tail(result));
    }
    return result;
  }

  private String text(String path) {
    try {
      return new String(host.files().read(path), StandardCharsets.UTF_8);
    } catch (HostException e) {
      return "";
    }
  }

  private static boolean isNumber(String name) {
    return name.matches("\\d{1,10}");
  }
}

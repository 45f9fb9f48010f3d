package io.coxswain.agent.metrics;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of Slurm's jobs holds which GPU, as the node's prologs and epilogs tell.
 *
 * <p>Slurm's number of a GPU (SLURM_JOB_GPUS) is its place among the devices of gres.conf, which
 * the controller writes in the order of /dev/nvidia0, 1, 2 …: the minor number, as long as none of
 * them is left out there. A GPU is one job's: the next one takes it over, whether or not the last
 * one's epilog was heard.
 */
final class GpuJobs {
  private static final Logger log = LoggerFactory.getLogger(GpuJobs.class);
  private static final String FILE = "/var/lib/coxswain-agent/gpu-jobs";
  private static final String BOOT = "boot ";

  private final Files files;
  private final String bootId;
  private final TreeMap<Integer, String> jobs = new TreeMap<>();
  private boolean isStored = true;

  /** Takes up what the agent before knew; no job outlives a boot. */
  GpuJobs(Host host) {
    this.files = host.files();
    this.bootId = host.identity().bootId();
    try {
      if (files.stat(FILE).isPresent()) {
        take(new String(files.read(FILE), StandardCharsets.UTF_8).lines().toList());
      }
    } catch (HostException e) {
      log.warn("which job holds which GPU is not known until the next jobs: {}", e.getMessage());
    }
  }

  private void take(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(BOOT + bootId)) {
      return;
    }
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && isNumber(words[0]) && isNumber(words[1])) {
        jobs.put(Integer.parseInt(words[0]), words[1]);
      }
    }
  }

  /** A prolog, "prolog 1234 0,1,2", that was let go on, or an epilog. */
  synchronized void heard(String question) {
    // Who the job's user is comes last and is not for here.
    String[] words = question.replaceFirst(" uid=\\d+$", "").split(" ", -1);
    if (words.length < 2 || !isNumber(words[1])) {
      return;
    }
    if (words[0].equals("epilog")) {
      isStored &= !jobs.values().removeIf(words[1]::equals);
    } else if (words[0].equals("prolog") && words.length == 3) {
      for (String gpu : words[2].split(",", -1)) {
        if (isNumber(gpu)) {
          jobs.put(Integer.parseInt(gpu), words[1]);
          isStored = false;
        }
      }
    }
  }

  /** Job by the number of the GPU. */
  synchronized Map<Integer, String> all() {
    return Map.copyOf(jobs);
  }

  /** Later and not at once: no job's start waits for a disk. */
  void store() {
    StringBuilder text = new StringBuilder(BOOT).append(bootId).append('\n');
    synchronized (this) {
      if (isStored) {
        return;
      }
      jobs.forEach((gpu, job) -> text.append(gpu).append(' ').append(job).append('\n'));
      isStored = true;
    }
    try {
      files.write(
          FILE, text.toString().getBytes(StandardCharsets.UTF_8), new Access(0600, "root", "root"));
    } catch (HostException e) {
      log.warn("after a restart it is not known which job holds which GPU: {}", e.getMessage());
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}");
  }
}

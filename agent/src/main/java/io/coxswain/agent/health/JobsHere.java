package io.coxswain.agent.health;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which users have jobs on this node: what prologs and epilogs told, and the steps that slurmd runs
 * now. Where the two disagree a user is taken to have a job, since being wrong the other way would
 * end somebody's work.
 */
final class JobsHere {
  // slurmstepd writes its job and step where its arguments were: "slurmstepd: [17.extern]".
  private static final Pattern STEP = Pattern.compile("^slurmstepd: \\[(\\d{1,10})\\.");
  private static final Pattern WORDS = Pattern.compile("(prolog|epilog) (\\d{1,10})(?: .*)?");
  private static final Pattern UID = Pattern.compile(" uid=(\\d{1,9})$");

  private final Map<String, Integer> users = new HashMap<>();

  /** The user of "epilog 1234 uid=1000"; empty where Slurm did not say. */
  static OptionalInt uid(String question) {
    Matcher uid = UID.matcher(question);
    return uid.find() ? OptionalInt.of(Integer.parseInt(uid.group(1))) : OptionalInt.empty();
  }

  /** The job of a question; empty where Slurm did not say. */
  static Optional<String> job(String question) {
    Matcher words = WORDS.matcher(question);
    return words.matches() ? Optional.of(words.group(2)) : Optional.empty();
  }

  /** A prolog that was let go on, or an epilog. */
  synchronized void heard(String question) {
    Optional<String> job = job(question);
    OptionalInt uid = uid(question);
    if (job.isEmpty()) {
      return;
    }
    if (question.startsWith("epilog ")) {
      users.remove(job.get());
    } else if (uid.isPresent()) {
      users.put(job.get(), uid.getAsInt());
    }
  }

  /** Whether the user has, or may have, another job here than the one that has ended. */
  boolean mayHaveAnother(Files files, int uid, String ended) {
    Map<String, Integer> known;
    synchronized (this) {
      known = Map.copyOf(users);
    }
    boolean isTold =
        known.entrySet().stream()
            .anyMatch(job -> job.getValue() == uid && !job.getKey().equals(ended));
    return isTold
        || running(files).stream()
            .filter(job -> !job.equals(ended))
            // Of one that began before this agent did nobody told the user.
            .anyMatch(job -> known.getOrDefault(job, uid) == uid);
  }

  private static Set<String> running(Files files) {
    Set<String> jobs = new HashSet<>();
    for (String name : files.list("/proc")) {
      if (name.matches("\\d{1,10}")) {
        try {
          String line =
              new String(files.read("/proc/" + name + "/cmdline"), StandardCharsets.UTF_8);
          Matcher step = STEP.matcher(line);
          if (step.find()) {
            jobs.add(step.group(1));
          }
        } catch (HostException e) {
          // It ended while we looked.
        }
      }
    }
    return jobs;
  }
}

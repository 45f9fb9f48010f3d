package io.coxswain.agent.probe;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import io.coxswain.agent.report.SlurmFacts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Slurm is installed, and how slurmd measures this machine. */
final class SlurmProbe {
  /** What the facts depend on: when one of these files changes they are read again. */
  static final List<String> FILES =
      List.of("/usr/sbin/slurmd", "/usr/sbin/slurmctld", "/usr/bin/sinfo");

  private static final Duration DEADLINE = Duration.ofSeconds(10);
  // "slurm 23.11.4", on Debian "slurm-wlm 22.05.8", before a release "slurm 25.11.0-0rc1".
  private static final Pattern VERSION = Pattern.compile("slurm\\S* (\\d+\\.\\d+\\.\\d+)");

  private final Commands commands;
  private final InstantSource clock;

  SlurmProbe(Commands commands, InstantSource clock) {
    this.commands = commands;
    this.clock = clock;
  }

  Reading<SlurmFacts> read() {
    Optional<String> slurmd = commands.find("slurmd");
    Optional<String> program =
        slurmd.or(() -> commands.find("slurmctld")).or(() -> commands.find("sinfo"));
    if (program.isEmpty()) {
      return new Reading.Unsupported<>("Slurm is not installed");
    }
    String version = version(run(program.get(), "-V"));
    Optional<SlurmFacts.Layout> layout = slurmd.map(path -> layout(run(path, "-C")));
    return new Reading.Known<>(new SlurmFacts(version, layout), clock.instant());
  }

  static String version(String printed) {
    Matcher version = VERSION.matcher(printed);
    if (!version.find()) {
      throw new Unreadable(
          FailureReason.UNEXPECTED_OUTPUT,
          "version \"" + printed.strip() + "\" (expected: slurm 22.05.8 or the like)");
    }
    return version.group(1);
  }

  /**
   * "NodeName=w0 CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1
   * RealMemory=24103", then UpTime.
   */
  static SlurmFacts.Layout layout(String printed) {
    Map<String, String> words = new HashMap<>();
    for (String word : printed.split("\\s+", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.putIfAbsent(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return new SlurmFacts.Layout(
        (int) number(words, "CPUs"),
        (int) number(words, "Boards"),
        (int) number(words, "SocketsPerBoard"),
        (int) number(words, "CoresPerSocket"),
        (int) number(words, "ThreadsPerCore"),
        number(words, "RealMemory"));
  }

  private static long number(Map<String, String> words, String key) {
    String value = words.getOrDefault(key, "");
    if (!value.matches("\\d{1,9}") || value.matches("0+")) {
      throw new Unreadable(
          FailureReason.UNEXPECTED_OUTPUT,
          "slurmd -C: " + key + "=" + value + " (expected: a number above 0)");
    }
    return Long.parseLong(value);
  }

  private String run(String program, String option) {
    Result result = commands.run(Command.of(DEADLINE, program, option));
    if (!result.isSuccess()) {
      throw new Unreadable(
          FailureReason.UNREADABLE,
          program + " " + option + " ended with " + result.status() + ": " + result.err().strip());
    }
    return result.out();
  }
}

package io.coxswain.agent.probe;

import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.SlurmCluster;
import io.coxswain.agent.report.SlurmJob;
import io.coxswain.agent.report.SlurmNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each slurmctld of this machine says of its nodes and jobs. A slurmctld that does not answer
 * in time, or not in words that we know, is unreachable: never a cluster without nodes.
 */
final class SlurmClusterProbe {
  private static final String CLUSTERS = "/etc/coxswain/clusters";
  // Slurm's own commands try for 9 seconds when nothing listens.
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  // Commands drops the front of what is longer than this.
  private static final int LONGEST_OUTPUT = 1 << 20;

  private static final Pattern NAME = Pattern.compile("^NodeName=(\\S+) ");
  private static final Pattern STATE = Pattern.compile(" State=(\\S+)");
  private static final Pattern GRES = Pattern.compile(" Gres=(\\S+)");
  // The text may hold anything; who set it and when ends it. A comment comes after it.
  private static final Pattern REASON =
      Pattern.compile(" Reason=(.*?) \\[[^\\s\\]]+@\\d{4}-[^\\s\\]]+\\]");

  private final Files files;
  private final Commands commands;

  SlurmClusterProbe(Files files, Commands commands) {
    this.files = files;
    this.commands = commands;
  }

  List<SlurmCluster> read() {
    return files.list(CLUSTERS).stream()
        .filter(id -> files.stat(configuration(id)).isPresent())
        .map(this::read)
        .toList();
  }

  private SlurmCluster read(String id) {
    try {
      String nodes = ask(id, "scontrol", "-o", "show", "node");
      String jobs = ask(id, "squeue", "-h", "-a", "-o", "%A|%u|%T|%N|%j");
      return new SlurmCluster.Reachable(id, nodes(nodes), jobs(jobs));
    } catch (HostException e) {
      boolean isLate = e.reason() == HostException.Reason.DEADLINE_EXCEEDED;
      String error = isLate ? "no answer in " + DEADLINE.toSeconds() + " s" : e.getMessage();
      return new SlurmCluster.Unreachable(id, String.valueOf(error));
    } catch (Unreadable | IllegalArgumentException e) {
      return new SlurmCluster.Unreachable(id, String.valueOf(e.getMessage()));
    }
  }

  private String ask(String id, String... argv) {
    Command command = Command.of(DEADLINE, argv).with(Map.of("SLURM_CONF", configuration(id)));
    Result result = commands.run(command);
    if (!result.isSuccess()) {
      String said = result.err().strip();
      throw new Unreadable(
          FailureReason.UNREADABLE,
          said.isEmpty() ? argv[0] + " ended with " + result.status() : said);
    }
    if (result.out().length() >= LONGEST_OUTPUT) {
      throw new Unreadable(
          FailureReason.UNEXPECTED_OUTPUT,
          argv[0] + " printed too much (expected: less than " + LONGEST_OUTPUT + " bytes)");
    }
    return result.out();
  }

  static List<SlurmNode> nodes(String printed) {
    return printed
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("No nodes in the system"))
        .map(SlurmClusterProbe::node)
        .toList();
  }

  private static SlurmNode node(String line) {
    String name = find(NAME, line).orElseThrow(() -> unexpected("scontrol", line));
    String state = find(STATE, line).orElseThrow(() -> unexpected("scontrol", line));
    String gres = find(GRES, line).filter(text -> !text.equals("(null)")).orElse("");
    return new SlurmNode(name, state, find(REASON, line).orElse(""), gres);
  }

  static List<SlurmJob> jobs(String printed) {
    List<SlurmJob> jobs = new ArrayList<>();
    for (String line : printed.lines().filter(text -> !text.isBlank()).toList()) {
      // The job's name comes last: a user may have put the separator into it.
      String[] words = line.split("\\|", 5);
      if (words.length != 5 || !words[0].matches("\\d{1,18}")) {
        throw unexpected("squeue", line);
      }
      jobs.add(
          new SlurmJob(
              Long.parseLong(words[0]), words[1], words[4], words[2], HostList.expand(words[3])));
    }
    return jobs;
  }

  private static Optional<String> find(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static Unreadable unexpected(String program, String line) {
    return new Unreadable(FailureReason.UNEXPECTED_OUTPUT, program + " printed \"" + line + "\"");
  }

  private static String configuration(String id) {
    return CLUSTERS + "/" + id + "/slurm.conf";
  }
}

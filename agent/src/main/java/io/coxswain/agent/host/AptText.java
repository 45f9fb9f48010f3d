package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Foreseen;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What apt prints, and what it means. */
final class AptText {
  private static final Pattern NOT_FOUND =
      Pattern.compile(
          "Unable to locate package (\\S+)|Package '?([^' ]+)'? has no installation candidate"
              + "|Couldn't find any package by \\w+ '([^']+)'"
              + "|Version '[^']+' for '([^']+)' was not found");
  private static final Pattern WANTED_VERSION =
      Pattern.compile("Version '([^']+)' for '([^']+)' was not found");
  // "Inst libcuda1 [535.1-1] (535.2-1 Debian:12/stable [amd64])", without [] when it is new.
  private static final Pattern SIMULATED =
      Pattern.compile("^(Inst|Remv|Purg) (\\S+)( \\[[^\\]]*\\])?.*$");

  private AptText() {}

  /** Whether fresh lists may help. */
  static boolean isStale(Result result) {
    return NOT_FOUND.matcher(result.err()).find() || result.err().contains("404  Not Found");
  }

  /** Of apt-get --simulate. */
  static Foreseen foreseen(String printed) {
    Set<String> added = new LinkedHashSet<>();
    Set<String> changed = new LinkedHashSet<>();
    Set<String> removed = new LinkedHashSet<>();
    for (String line : printed.lines().toList()) {
      Matcher matcher = SIMULATED.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      String name = matcher.group(2);
      if (!matcher.group(1).equals("Inst")) {
        removed.add(name);
      } else if (matcher.group(3) == null) {
        added.add(name);
      } else {
        changed.add(name);
      }
    }
    return new Foreseen(new ArrayList<>(added), new ArrayList<>(changed), List.copyOf(removed));
  }

  static HostException failure(String what, Result result) {
    List<String> tail = Output.tail(result);
    String all = result.err() + result.out();
    if (all.contains("No space left on device") || all.contains("don't have enough free space")) {
      return new HostException(Reason.DISK_FULL, what + ": no space left on the device", tail);
    }
    if (all.contains("Could not get lock") || all.contains("Unable to acquire the dpkg")) {
      return new HostException(
          Reason.PACKAGE_LOCK_HELD, what + ": another package manager holds the lock", tail);
    }
    Set<String> unknown = unknown(all);
    if (!unknown.isEmpty()) {
      return new HostException(
          Reason.PACKAGE_NOT_FOUND,
          "package: %s (expected: a name that the machine's package sources have)"
              .formatted(String.join(", ", unknown)),
          tail);
    }
    return new HostException(
        Reason.PACKAGE_FAILED, what + ": exit status " + result.status(), tail);
  }

  private static Set<String> unknown(String printed) {
    Set<String> unknown = new LinkedHashSet<>();
    Matcher version = WANTED_VERSION.matcher(printed);
    while (version.find()) {
      unknown.add(version.group(2) + "=" + version.group(1));
    }
    Matcher matcher = NOT_FOUND.matcher(printed);
    while (matcher.find()) {
      for (int group = 1; group < matcher.groupCount(); group++) {
        Optional.ofNullable(matcher.group(group)).ifPresent(unknown::add);
      }
    }
    return unknown;
  }
}

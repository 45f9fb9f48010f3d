package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian packages: apt-get changes them, dpkg's own database says what is there. */
final class AptPackages implements Packages {
  private static final Duration UPDATE = Duration.ofMinutes(5);
  private static final Duration INSTALL = Duration.ofMinutes(30);
  private static final String LOCK_WAIT = "DPkg::Lock::Timeout=20";
  private static final Pattern NOT_FOUND =
      Pattern.compile(
          "Unable to locate package (\\S+)|Package '?([^' ]+)'? has no installation candidate"
              + "|Couldn't find any package by \\w+ '([^']+)'");

  // Maintainer scripts inherit it: systemctl then does not talk to systemd, so no service starts,
  // and nothing is left behind
  // when we are killed in between (a policy-rc.d would be).
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "DEBIAN_FRONTEND", "noninteractive",
          "SYSTEMD_OFFLINE", "1",
          // needrestart(1) would restart services of running jobs.
          "NEEDRESTART_SUSPEND", "1",
          "APT_LISTCHANGES_FRONTEND", "none");

  private final Commands commands;
  private final Path database;
  private final Path lists;
  // Only the packages that steps ask for: the whole database is megabytes.
  private final Set<String> asked = new TreeSet<>();
  private Map<String, String> versions = Map.of();
  private String readAs = "";

  AptPackages(Commands commands, Path database, Path lists) {
    this.commands = commands;
    this.database = database;
    this.lists = lists;
  }

  @Override
  public Optional<String> installed(String name) {
    return Optional.ofNullable(versions(List.of(name)).get(name));
  }

  @Override
  public Set<String> missing(Collection<String> names) {
    Set<String> missing = new LinkedHashSet<>(names);
    missing.removeAll(versions(names).keySet());
    return missing;
  }

  @Override
  public void install(Collection<String> names) {
    if (hasNoLists()) {
      update();
    }
    Result result = apt(names);
    if (result.err().contains("dpkg --configure -a")) {
      // A run before this one was cut off.
      commands.run(Command.of(INSTALL, "dpkg", "--configure", "-a").with(ENVIRONMENT));
      result = apt(names);
    }
    if (!result.isSuccess() && isStale(result)) {
      update();
      result = apt(names);
    }
    commands.run(Command.of(UPDATE, "systemctl", "daemon-reload"));
    if (!result.isSuccess()) {
      throw failure("install " + String.join(" ", names), result);
    }
  }

  private Result apt(Collection<String> names) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "apt-get",
                "install",
                "--yes",
                "--no-install-recommends",
                "-o",
                LOCK_WAIT,
                "-o",
                "Dpkg::Options::=--force-confdef",
                "-o",
                "Dpkg::Options::=--force-confold",
                "--"));
    argv.addAll(names);
    return commands.run(new Command(argv, INSTALL, ENVIRONMENT, Optional.empty()));
  }

  private void update() {
    Result result =
        commands.run(Command.of(UPDATE, "apt-get", "update", "-o", LOCK_WAIT).with(ENVIRONMENT));
    if (!result.isSuccess()) {
      throw failure("update the package lists", result);
    }
  }

  private boolean hasNoLists() {
    try (var files = java.nio.file.Files.list(lists)) {
      return files.noneMatch(file -> file.getFileName().toString().contains("_Packages"));
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isStale(Result result) {
    return NOT_FOUND.matcher(result.err()).find() || result.err().contains("404  Not Found");
  }

  static HostException failure(String what, Result result) {
    List<String> tail = Output.tail(result);
    String all = result.err() + result.out();
    Set<String> unknown = new LinkedHashSet<>();
    Matcher matcher = NOT_FOUND.matcher(all);
    while (matcher.find()) {
      for (int group = 1; group <= matcher.groupCount(); group++) {
        Optional.ofNullable(matcher.group(group)).ifPresent(unknown::add);
      }
    }
    if (all.contains("No space left on device") || all.contains("don't have enough free space")) {
      return new HostException(Reason.DISK_FULL, what + ": no space left on the device", tail);
    }
    if (all.contains("Could not get lock") || all.contains("Unable to acquire the dpkg")) {
      return new HostException(
          Reason.PACKAGE_LOCK_HELD, what + ": another package manager holds the lock", tail);
    }
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

  private synchronized Map<String, String> versions(Collection<String> names) {
    boolean isNew = asked.addAll(names);
    try {
      var file =
          java.nio.file.Files.readAttributes(
              database, java.nio.file.attribute.BasicFileAttributes.class);
      // dpkg replaces the file, so its inode changes even within one tick of the clock.
      String version = file.fileKey() + "/" + file.lastModifiedTime() + "/" + file.size();
      if (isNew || !version.equals(readAs)) {
        versions = readDatabase();
        readAs = version;
      }
      return versions;
    } catch (IOException e) {
      throw new HostException(Reason.IO_ERROR, "read " + database + ": " + e.getMessage());
    }
  }

  private Map<String, String> readDatabase() throws IOException {
    Map<String, String> found = new HashMap<>();
    try (BufferedReader reader =
        java.nio.file.Files.newBufferedReader(database, StandardCharsets.UTF_8)) {
      String name = "";
      boolean installed = false;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("Package: ")) {
          name = line.substring(9);
          installed = false;
        } else if (line.startsWith("Status: ")) {
          // "hold ok installed" is as installed as "install ok installed".
          installed = line.endsWith(" ok installed");
        } else if (line.startsWith("Version: ") && installed && asked.contains(name)) {
          found.put(name, line.substring(9));
        }
      }
    }
    return found;
  }
}

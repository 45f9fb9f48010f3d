package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.HostException.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mount units in memory: what starts is mounted, and the programs that look at mounts get no answer
 * where the server is dead.
 */
public final class FakeMounts implements FakeUnits.Services {
  private static final String UNITS = "/etc/systemd/system/";
  private static final Pattern WHERE = Pattern.compile("(?m)^Where=(.*)$");
  private static final Pattern WHAT = Pattern.compile("(?m)^What=(.*)$");

  private final FakeHost host;
  private final FakeUnits.Services next;
  private final Map<String, String> mounted = new TreeMap<>();
  private final Map<String, String> wheres = new TreeMap<>();
  private final Set<String> dead = new TreeSet<>();
  private final Set<String> refusing = new HashSet<>();
  private int ids = 100;

  FakeMounts(FakeHost host, FakeUnits.Services next) {
    this.host = host;
    this.next = next;
  }

  void programs(FakeCommands commands) {
    for (String program :
        List.of("stat", "dd", "cmp", "rm", "umount", "mkdir", "chown", "chmod", "grep")) {
      commands.install(program);
      commands.on(program, command -> FakeCommands.ok(""));
    }
    commands.on("stat", this::stat);
    commands.on("dd", this::dd);
    commands.on("cmp", command -> asked(command, command.argv().getLast(), FakeCommands.ok("")));
    commands.on("rm", this::rm);
    commands.on("umount", this::umount);
    commands.on("mkdir", this::mkdir);
    commands.on("chown", this::chown);
    commands.on("grep", command -> new Result(1, "", ""));
    table();
  }

  /** The server behind the mount point says nothing from now on. */
  public void die(String where) {
    dead.add(where);
  }

  /** Root may not write there. */
  public void squash(String where) {
    refusing.add(where);
  }

  /** As if somebody else had mounted it. */
  public void mountByHand(String where) {
    mounted.put(where, line(where, "elsewhere"));
    table();
  }

  public Set<String> points() {
    return Set.copyOf(mounted.keySet());
  }

  @Override
  public void started(String unit) {
    if (!unit.endsWith(".mount")) {
      next.started(unit);
      return;
    }
    String text = host.files().text(UNITS + unit);
    String where = find(WHERE, text);
    if (host.files().stat(where).isEmpty()) {
      // As systemd makes it.
      host.files().lay(where + "/x", "");
      host.files().take(where + "/x");
    }
    mounted.put(where, line(where, find(WHAT, text)));
    wheres.put(unit, where);
    table();
  }

  @Override
  public void stopped(String unit) {
    String where = wheres.remove(unit);
    if (where == null) {
      next.stopped(unit);
    } else {
      mounted.remove(where);
      table();
    }
  }

  private String line(String where, String what) {
    return ids++ + " 35 0:40 / " + where + " rw - fake " + what + " rw";
  }

  private void table() {
    host.files().lay("/proc/self/mountinfo", String.join("\n", mounted.values()) + "\n");
  }

  private Result stat(Command command) {
    String path = command.argv().getLast();
    if (command.argv().contains("--file-system")) {
      return asked(command, path, FakeCommands.ok("nfs\n"));
    }
    return asked(
        command,
        path,
        host.files()
            .stat(path)
            .map(
                stat ->
                    FakeCommands.ok(
                        (stat.kind() == Files.Kind.DIRECTORY ? "directory " : "symbolic link ")
                            + stat.owner()
                            + "\n"))
            .orElse(FakeCommands.error("stat: cannot statx: No such file or directory")));
  }

  private Result dd(Command command) {
    String target = value(command, "of=");
    if (target.isEmpty() || target.equals("/dev/null")) {
      return asked(command, value(command, "if="), copied());
    }
    boolean isRefused = command.user().isEmpty() && refusing.stream().anyMatch(target::startsWith);
    if (isRefused) {
      return FakeCommands.error("dd: failed to open '" + target + "': Permission denied");
    }
    if (host.files().stat(target).isPresent()) {
      return FakeCommands.error("dd: failed to open '" + target + "': File exists");
    }
    Result result = asked(command, target, copied());
    host.files().lay(target, "noise");
    return result;
  }

  private static Result copied() {
    return new Result(
        0, "", "64+0 records in\n67108864 bytes (67 MB, 64 MiB) copied, 0.5 s, 134 MB/s\n");
  }

  private Result rm(Command command) {
    Result result = asked(command, command.argv().getLast(), FakeCommands.ok(""));
    host.files().take(command.argv().getLast());
    return result;
  }

  private Result umount(Command command) {
    mounted.remove(command.argv().getLast());
    table();
    return FakeCommands.ok("");
  }

  private Result mkdir(Command command) {
    host.files().createDirectory(command.argv().getLast(), new Access(0700, "root", "root"));
    return FakeCommands.ok("");
  }

  private Result chown(Command command) {
    String owner = command.argv().get(2).replace(":", "");
    host.files().createDirectory(command.argv().getLast(), new Access(0700, owner, owner));
    return FakeCommands.ok("");
  }

  private Result asked(Command command, String path, Result answer) {
    if (dead.stream().anyMatch(where -> path.equals(where) || path.startsWith(where + "/"))) {
      throw new HostException(
          Reason.DEADLINE_EXCEEDED,
          command.argv().getFirst() + ": still running after " + command.deadline().toSeconds());
    }
    return answer;
  }

  private static String value(Command command, String key) {
    return command.argv().stream()
        .filter(word -> word.startsWith(key))
        .map(word -> word.substring(key.length()))
        .findFirst()
        .orElse("");
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}

package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Accounts by the shadow tools, processes by /proc. */
final class LinuxUsers implements Users {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int TERM_ROUNDS = 30;
  private static final int KILL_ROUNDS = 50;
  private static final Duration ROUND = Duration.ofMillis(100);
  // getent(1): the key was not found.
  private static final int NOT_FOUND = 2;
  private static final String SKELETON = "/etc/skel";

  private final Commands commands;
  private final Files files;

  LinuxUsers(Commands commands, Files files) {
    this.commands = commands;
    this.files = files;
  }

  @Override
  public Optional<Account> find(String name) {
    Optional<Account> local =
        Accounts.local("/etc/passwd").stream().filter(a -> a.name().equals(name)).findFirst();
    return local.or(() -> directory("passwd", name));
  }

  @Override
  public Optional<Account> findByUid(int uid) {
    Optional<Account> local =
        Accounts.local("/etc/passwd").stream().filter(a -> a.uid() == uid).findFirst();
    return local.or(() -> directory("passwd", Integer.toString(uid)));
  }

  // The site's LDAP and the like.
  private Optional<Account> directory(String database, String key) {
    Result result = commands.run(Command.of(DEADLINE, "getent", database, key));
    if (result.status() == NOT_FOUND) {
      return Optional.empty();
    }
    demand("getent " + database + " " + key, result);
    return result.out().lines().findFirst().flatMap(Accounts::parse);
  }

  @Override
  public void create(Account account) {
    String name = account.name();
    refuseConflicts(account);
    Result group = commands.run(Command.of(DEADLINE, "getent", "group", name));
    if (group.status() == NOT_FOUND) {
      tool("groupadd", "--gid", Integer.toString(account.gid()), name);
    } else if (!group.out().startsWith(name + ":")
        || !group.out().split(":", -1)[2].equals(Integer.toString(account.gid()))) {
      throw new HostException(
          Reason.ACCOUNT_CONFLICT,
          "group %s: %s (expected: gid %d)".formatted(name, group.out().strip(), account.gid()));
    }
    if (find(name).isEmpty()) {
      tool(
          "useradd",
          "--uid",
          Integer.toString(account.uid()),
          "--gid",
          Integer.toString(account.gid()),
          "--home-dir",
          account.home(),
          "--no-create-home",
          "--shell",
          account.shell(),
          name);
    }
    makeHome(account);
  }

  private void refuseConflicts(Account account) {
    find(account.name())
        .filter(there -> there.uid() != account.uid() || there.gid() != account.gid())
        .ifPresent(
            there -> {
              throw new HostException(
                  Reason.ACCOUNT_CONFLICT,
                  "user %s: uid %d, gid %d (expected: %d, %d)"
                      .formatted(
                          there.name(), there.uid(), there.gid(), account.uid(), account.gid()));
            });
    findByUid(account.uid())
        .filter(there -> !there.name().equals(account.name()))
        .ifPresent(
            there -> {
              throw new HostException(
                  Reason.ACCOUNT_CONFLICT,
                  "uid %d: belongs to %s (expected: free, for %s)"
                      .formatted(account.uid(), there.name(), account.name()));
            });
  }

  // Not useradd's: homes shared between machines are made by whoever comes first, and two may come
  // at once.
  private void makeHome(Account account) {
    if (files.stat(account.home()).isPresent()) {
      return;
    }
    files.createDirectory(account.home(), new Files.Access(0700, account.name(), account.name()));
    for (String skeleton : files.list(SKELETON)) {
      String from = SKELETON + "/" + skeleton;
      if (files.stat(from).filter(stat -> stat.kind() == Files.Kind.FILE).isPresent()) {
        files.write(
            account.home() + "/" + skeleton,
            files.read(from),
            new Files.Access(0644, account.name(), account.name()));
      }
    }
  }

  @Override
  public void remove(String name) {
    if (find(name).isPresent()) {
      tool("userdel", name);
    }
    if (commands.run(Command.of(DEADLINE, "getent", "group", name)).isSuccess()) {
      tool("groupdel", name);
    }
  }

  @Override
  public List<Long> processes(int uid) {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> entries = java.nio.file.Files.list(Path.of("/proc"))) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0)) && runsAs(entry, Integer.toString(uid))) {
          found.add(Long.parseLong(name));
        }
      }
    } catch (IOException e) {
      throw new HostException(Reason.IO_ERROR, "list /proc: " + e.getMessage());
    }
    return found;
  }

  // Any of real, effective, saved and file-system uid; a zombie holds nothing and cannot be ended.
  private static boolean runsAs(Path process, String uid) {
    try {
      List<String> lines = java.nio.file.Files.readAllLines(process.resolve("status"));
      boolean zombie = lines.stream().anyMatch(line -> line.startsWith("State:\tZ"));
      return !zombie
          && lines.stream()
              .filter(line -> line.startsWith("Uid:"))
              .anyMatch(line -> Arrays.asList(line.split("\\s+")).subList(1, 5).contains(uid));
    } catch (IOException e) {
      // Ended while we looked.
      return false;
    }
  }

  @Override
  public void endProcesses(int uid) {
    if (awaitNone(uid, TERM_ROUNDS, false) || awaitNone(uid, KILL_ROUNDS, true)) {
      return;
    }
    throw new HostException(
        Reason.COMMAND_FAILED,
        "end the processes of uid %d: %s are still there after SIGKILL"
            .formatted(uid, processes(uid)));
  }

  private boolean awaitNone(int uid, int rounds, boolean force) {
    for (int round = 0; round < rounds; round++) {
      List<Long> left = processes(uid);
      if (left.isEmpty()) {
        return true;
      }
      if (round == 0 || force) {
        left.forEach(
            id ->
                ProcessHandle.of(id)
                    .ifPresent(
                        handle -> {
                          if (force) {
                            handle.destroyForcibly();
                          } else {
                            handle.destroy();
                          }
                        }));
      }
      Pause.of(ROUND);
    }
    return processes(uid).isEmpty();
  }

  private void tool(String... argv) {
    demand(String.join(" ", argv), commands.run(Command.of(DEADLINE, argv)));
  }

  private static void demand(String what, Result result) {
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED, what + ": exit status " + result.status(), Output.tail(result));
    }
  }
}

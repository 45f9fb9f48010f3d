package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster's user is gone from the machine, with what it left on the machine's own disks: its home
 * when it is local, its files in the common temporary places, its crontab and mail. A home on
 * another mount is shared with others and stays.
 */
public record RemoveUser(String name, int uid, String home) implements Step {
  private static final List<String> SCRATCH = List.of("/tmp", "/var/tmp", "/dev/shm");

  @Override
  public Check check(Host host) {
    List<String> changes = new ArrayList<>();
    if (host.users().find(name).isPresent()) {
      changes.add("user " + name + ": remove");
    }
    leftovers(host).forEach(path -> changes.add(path + ": remove"));
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    EndProcesses.demandOurs(name, uid);
    host.users()
        .find(name)
        .filter(there -> there.uid() != uid)
        .ifPresent(
            there -> {
              throw new HostException(
                  Reason.ACCOUNT_CONFLICT,
                  "user %s: uid %d (expected: %d)".formatted(name, there.uid(), uid));
            });
    // Files first: without the account nobody would know later whose they were.
    leftovers(host).forEach(host.files()::deleteTree);
    host.users().remove(name);
  }

  private List<String> leftovers(Host host) {
    List<String> paths = new ArrayList<>();
    if (isOwned(host, home) && !host.files().isOnOtherMount(home)) {
      paths.add(home);
    }
    for (String directory : SCRATCH) {
      if (host.files().isLocal(directory)) {
        host.files().list(directory).stream()
            .map(child -> directory + "/" + child)
            .filter(path -> isOwned(host, path))
            .forEach(paths::add);
      }
    }
    Stream.of(
            "/var/spool/cron/crontabs/" + name,
            "/var/mail/" + name,
            "/var/lib/systemd/linger/" + name)
        .filter(path -> host.files().stat(path).isPresent())
        .forEach(paths::add);
    return paths;
  }

  // Once the account is gone, the owner of its files prints as a number.
  private boolean isOwned(Host host, String path) {
    Optional<FileStat> stat = host.files().stat(path);
    return stat.map(FileStat::owner)
        .filter(owner -> owner.equals(name) || owner.equals(Integer.toString(uid)))
        .isPresent();
  }

  @Override
  public Disruption disruption() {
    return Disruption.ENDS_JOBS;
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted where, as the kernel says it (proc_pid_mountinfo(5)). Asks no server, so it
 * answers whatever has died.
 */
final class MountTable {
  private static final String PATH = "/proc/self/mountinfo";

  private MountTable() {}

  /**
   * A mount.
   *
   * @param id of this mount alone, until it is gone and the kernel gives it to another
   */
  record Mount(String id, String point, String type) {}

  /** What lies at the path, the newest where several lie over each other. */
  static Optional<Mount> at(Host host, String point) {
    return all(host).stream().filter(mount -> mount.point().equals(point)).reduce((a, b) -> b);
  }

  private static List<Mount> all(Host host) {
    return new String(host.files().read(PATH), StandardCharsets.UTF_8)
        .lines()
        .map(MountTable::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  // "36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/sda1 rw"; our own paths need no
  // unescaping, and others are not asked for.
  private static Optional<Mount> parse(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    int separator = fields.indexOf("-");
    return separator < 6 || fields.size() <= separator + 1
        ? Optional.empty()
        : Optional.of(new Mount(fields.get(0), fields.get(4), fields.get(separator + 1)));
  }
}

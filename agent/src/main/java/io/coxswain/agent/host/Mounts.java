package io.coxswain.agent.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mount table of this process as the kernel gives it (proc_pid_mountinfo(5)), read anew for
 * each question.
 */
final class Mounts {
  // Types that no other machine can write to at the same time; everything unknown counts as shared.
  private static final Set<String> LOCAL_TYPES =
      Set.of(
          "btrfs",
          "ext2",
          "ext3",
          "ext4",
          "f2fs",
          "overlay",
          "ramfs",
          "tmpfs",
          "vfat",
          "xfs",
          "zfs",
          "devtmpfs");

  private final Path table;

  Mounts(Path table) {
    this.table = table;
  }

  boolean isMountPoint(Path path) {
    return all().stream().anyMatch(mount -> mount.point().equals(path));
  }

  /** A mount point at or below the path. */
  Optional<Path> atOrBelow(Path path) {
    return all().stream().map(Mount::point).filter(point -> point.startsWith(path)).findFirst();
  }

  /**
   * The mount that holds the path: the longest mount point above it, the newest when several lie
   * over each other.
   */
  Optional<Mount> holding(Path path) {
    List<Mount> mounts = all();
    return mounts.reversed().stream()
        .filter(mount -> path.startsWith(mount.point()))
        .max(Comparator.comparingInt(mount -> mount.point().getNameCount()));
  }

  private List<Mount> all() {
    List<Mount> mounts = new ArrayList<>();
    try {
      for (String line : java.nio.file.Files.readAllLines(table)) {
        parse(line).ifPresent(mounts::add);
      }
    } catch (IOException e) {
      throw new HostException(
          HostException.Reason.IO_ERROR, "read " + table + ": " + e.getMessage());
    }
    return mounts;
  }

  private static Optional<Mount> parse(String line) {
    String[] fields = line.split(" ", -1);
    int separator = List.of(fields).indexOf("-");
    if (separator < 6 || fields.length <= separator + 1) {
      return Optional.empty();
    }
    return Optional.of(new Mount(Path.of(unescape(fields[4])), fields[separator + 1]));
  }

  // The kernel writes space, tab, newline and backslash as \ooo.
  private static String unescape(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /** Where a file system is mounted, and its type. */
  record Mount(Path point, String type) {
    boolean isLocal() {
      return LOCAL_TYPES.contains(type);
    }
  }
}

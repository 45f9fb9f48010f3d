package io.coxswain.agent.probe;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.report.CgroupFacts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What control groups the machine offers, by what is mounted and how: a container may have them,
 * and a machine may have them read-only. Slurm takes a hybrid (v1 controllers beside an unified
 * hierarchy) for v1.
 */
final class CgroupProbe {
  private static final String ROOT = "/sys/fs/cgroup";

  private final Files files;

  CgroupProbe(Files files) {
    this.files = files;
  }

  CgroupFacts read() {
    return parse(new String(files.read("/proc/self/mounts"), StandardCharsets.UTF_8));
  }

  static CgroupFacts parse(String mounts) {
    List<Mount> all = mounts.lines().flatMap(line -> Mount.parse(line).stream()).toList();
    Optional<Mount> root = last(all, mount -> mount.path().equals(ROOT));
    if (root.isPresent() && root.get().type().equals("cgroup2")) {
      return new CgroupFacts(2, root.get().isWritable());
    }
    boolean isVersion1 =
        all.stream()
            .anyMatch(mount -> mount.type().equals("cgroup") && mount.path().startsWith(ROOT));
    if (!isVersion1) {
      return new CgroupFacts(0, false);
    }
    // proctrack/cgroup of v1 holds its steps in the freezer.
    boolean isWritable =
        last(all, mount -> mount.type().equals("cgroup") && mount.has("freezer"))
            .map(Mount::isWritable)
            .orElse(false);
    return new CgroupFacts(1, isWritable);
  }

  /** Of several mounts at one place the last one is seen. */
  private static Optional<Mount> last(List<Mount> mounts, Predicate<Mount> wanted) {
    return mounts.stream().filter(wanted).reduce((first, second) -> second);
  }

  /**
   * A line of /proc/self/mounts: source, path, type, options. "ro" stands for a read-only mount or
   * file system.
   */
  private record Mount(String path, String type, List<String> options) {
    static Optional<Mount> parse(String line) {
      String[] words = line.split(" ", -1);
      return words.length < 4
          ? Optional.empty()
          : Optional.of(new Mount(words[1], words[2], Arrays.asList(words[3].split(",", -1))));
    }

    boolean has(String option) {
      return options.contains(option);
    }

    boolean isWritable() {
      return has("rw");
    }
  }
}

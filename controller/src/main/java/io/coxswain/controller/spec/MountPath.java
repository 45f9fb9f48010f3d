package io.coxswain.controller.spec;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A place in a machine's tree where a volume may be mounted: plain, outside of the system's own
 * directories, and not one that holds what others have there.
 */
public record MountPath(String value) {
  // Each name begins with a letter, digit or underscore: neither . nor .. nor an option.
  private static final Pattern FORM = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,16}");
  private static final int LONGEST = 200;

  private static final Set<String> SYSTEM =
      Set.of(
          "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run",
          "sbin", "sys", "tmp", "usr", "var");

  /** Directories of which others have parts. */
  private static final Set<String> SHARED = Set.of("/home", "/media", "/mnt", "/opt", "/srv");

  // Clusters' users live there.
  private static final Pattern HOME = Pattern.compile("/home/c-[0-9a-f]{4,8}(/.*)?");

  public MountPath {
    requireFree("path", value);
    if (HOME.matcher(value).matches()) {
      throw new InvalidSpecException(
          "path", "path: '" + value + "' (expected: not the home of a cluster's user; see --home)");
    }
  }

  /** Where a volume is when nobody said where. */
  public static MountPath of(String volume) {
    return new MountPath("/mnt/" + volume);
  }

  /** Whether one lies in the other, or both are the same. */
  public boolean meets(MountPath other) {
    return (value + "/").startsWith(other.value + "/")
        || (other.value + "/").startsWith(value + "/");
  }

  static void requireFree(String field, String path) {
    String shown = InvalidSpecException.shown(path);
    if (path.length() > LONGEST || !FORM.matcher(path).matches()) {
      throw new InvalidSpecException(
          field,
          field
              + ": '"
              + shown
              + "' (expected: an absolute path of letters, digits, . _ and -, at most "
              + LONGEST
              + ")");
    }
    if (SYSTEM.contains(path.split("/", -1)[1]) || SHARED.contains(path)) {
      throw new InvalidSpecException(
          field,
          field
              + ": '"
              + shown
              + "' (expected: outside of the system's directories, such as /mnt/data)");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}

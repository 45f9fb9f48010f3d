package io.coxswain.controller.spec;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file system that clusters may mount. Its data are somebody else's.
 *
 * @param source as the type has it
 * @param options those asked for; of what the type allows
 * @param sizeGib 0: none was given. Written down alone: no type has a backend that we set quotas on
 * @param isHome whether homes of clusters' users are on it
 */
public record Volume(
    String name,
    VolumeType type,
    String source,
    List<String> options,
    long sizeGib,
    boolean isDeletionProtected,
    boolean isHome,
    String createdBy,
    Instant createdAt) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,30}");

  /** Of what mount(8) does alone. */
  public static final VolumeType.MountProgram NO_PROGRAM = VolumeType.MountProgram.NONE;

  /** An exbibyte. */
  public static final long LARGEST_GIB = 1L << 30;

  public Volume {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSpecException(
          "name",
          "name: '" + InvalidSpecException.shown(name) + "' (expected: ^[a-z][a-z0-9-]{1,30}$)");
    }
    type.requireSource(source);
    options.forEach(type::requireOption);
    options = List.copyOf(options);
    if (sizeGib < 0 || sizeGib > LARGEST_GIB) {
      throw new InvalidSpecException(
          "size_gib", "size: " + sizeGib + " GiB (expected: 1 to " + LARGEST_GIB + ")");
    }
    if (isHome && (!type.isShared() || options.contains("ro"))) {
      throw new InvalidSpecException(
          "home",
          "home: on a volume of type "
              + type.word()
              + (options.contains("ro") ? " that is read only" : "")
              + " (expected: one that all machines share and may write)");
    }
  }

  /** Reads "soft,vers=4.1". */
  public static List<String> options(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
  }

  public Volume edited(long sizeGib, boolean isDeletionProtected, boolean isHome) {
    return new Volume(
        name, type, source, options, sizeGib, isDeletionProtected, isHome, createdBy, createdAt);
  }

  public boolean isReadOnly() {
    return options.contains("ro");
  }

  /** What mount(8) takes for the type; "none": a bind; empty: it finds out. */
  public String fileSystem() {
    return type.fileSystem(source);
  }

  public String what() {
    return type.what(source);
  }

  /** All options, as mount(8) takes them. */
  public String mountOptions() {
    return String.join(",", type.options(source, options));
  }

  /** Whether each machine makes the directory that it binds, where it is missing. */
  public boolean isMade() {
    return type == VolumeType.LOCAL && type.isDirectory(source);
  }
}

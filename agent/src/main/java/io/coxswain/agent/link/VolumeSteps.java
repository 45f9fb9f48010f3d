package io.coxswain.agent.link;

import io.coxswain.agent.step.MeasureVolume;
import io.coxswain.agent.step.MountVolume;
import io.coxswain.agent.step.UnmountVolume;
import io.coxswain.v1.VolumeMeasured;
import io.coxswain.v1.VolumeMounted;
import io.coxswain.v1.VolumeUnmounted;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Wire to step, for those that are about volumes. All of it becomes lines of a unit file, arguments
 * or paths, so that only what is plain passes, whoever sent it: no space, no line end, no percent
 * sign (systemd's specifiers), no backslash, no quote, no leading dash.
 */
final class VolumeSteps {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,30}");
  private static final Pattern CLUSTER = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,32}");
  private static final Pattern WHAT =
      Pattern.compile("[A-Za-z0-9/\\[:][A-Za-z0-9._:/@,=\\[\\]-]{0,511}");
  private static final Pattern OPTIONS =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9_-]*|_netdev)(=[A-Za-z0-9._:/@+-]+)?(,([A-Za-z][A-Za-z0-9_-]*|_netdev)(=[A-Za-z0-9._:/@+-]+)?)*");
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9.]{0,31}|");

  /** Nothing is mounted over what a machine needs to run. */
  private static final Set<String> SYSTEM =
      Set.of(
          "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run",
          "sbin", "sys", "tmp", "usr", "var");

  private static final Set<String> TOPS = Set.of("/home", "/media", "/mnt", "/opt", "/srv");
  private static final int LARGEST_MIB = 4096;

  private VolumeSteps() {}

  static MountVolume mounted(VolumeMounted wire) {
    return new MountVolume(
        plain("volume_mounted.cluster_id", CLUSTER, wire.getClusterId()),
        plain("volume_mounted.volume", NAME, wire.getVolume()),
        plain("volume_mounted.what", WHAT, wire.getWhat()),
        plain("volume_mounted.type", TYPE, wire.getType()),
        mountPoint("volume_mounted.where", wire.getWhere()),
        plain("volume_mounted.options", OPTIONS, wire.getOptions()),
        orEmpty("volume_mounted.helper", WORD, wire.getHelper()),
        orEmpty("volume_mounted.helper_package", WORD, wire.getHelperPackage()),
        plain("volume_mounted.proof", WORD, wire.getProof()),
        orEmpty("volume_mounted.user", WORD, wire.getUser()),
        wire.getReadOnly(),
        orEmpty("volume_mounted.directory_owner", WORD, wire.getDirectoryOwner()),
        wire.getDirectoryMode(),
        wire.getIsNetwork());
  }

  static UnmountVolume unmounted(VolumeUnmounted wire) {
    return new UnmountVolume(
        plain("volume_unmounted.cluster_id", CLUSTER, wire.getClusterId()),
        orEmpty("volume_unmounted.volume", NAME, wire.getVolume()),
        switch (wire.getPolicy()) {
          case LOOK -> UnmountVolume.Policy.LOOK;
          case REFUSE -> UnmountVolume.Policy.REFUSE;
          case FORCE -> UnmountVolume.Policy.FORCE;
          case POLICY_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException(
                  "volume_unmounted.policy: "
                      + wire.getPolicy()
                      + " (expected: LOOK, REFUSE or FORCE)");
        });
  }

  static MeasureVolume measured(VolumeMeasured wire) {
    int size = wire.getSizeMib();
    if (size < 1 || size > LARGEST_MIB) {
      throw new IllegalArgumentException(
          "volume_measured.size_mib: "
              + Integer.toUnsignedString(size)
              + " (expected: 1 to "
              + LARGEST_MIB
              + ")");
    }
    return new MeasureVolume(
        plain("volume_measured.id", WORD, wire.getId()),
        plain("volume_measured.volume", NAME, wire.getVolume()),
        mountPoint("volume_measured.where", wire.getWhere()),
        orEmpty("volume_measured.user", WORD, wire.getUser()),
        size);
  }

  private static String mountPoint(String field, String path) {
    plain(field, PATH, path);
    String top = path.split("/", -1)[1];
    if (SYSTEM.contains(top) || TOPS.contains(path)) {
      throw new IllegalArgumentException(
          field + ": '" + path + "' (expected: a place of its own, outside of the system's)");
    }
    return path;
  }

  private static String orEmpty(String field, Pattern form, String value) {
    return value.isEmpty() ? value : plain(field, form, value);
  }

  private static String plain(String field, Pattern form, String value) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field + ": '" + value + "' (expected: of the form " + form + ")");
    }
    return value;
  }
}

package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A volume's systemd mount unit on this machine. Its file says in comments whose it is: that alone
 * is what this machine remembers of its volumes.
 *
 * @param clusters that want it mounted, sorted
 * @param body all of the file behind the comments
 */
record MountUnit(String volume, String where, String what, Set<String> clusters, String body) {
  private static final String DIRECTORY = "/etc/systemd/system";
  private static final String NOTE = "# Written by the Coxswain agent; changes are lost.";
  private static final Pattern OURS =
      Pattern.compile(
          Pattern.quote(NOTE)
              + "\n# Volume: ([a-z][a-z0-9-]{1,30})\n# Clusters: ([a-z0-9 -]+)\n(\\[Unit\\]\n.*)",
          Pattern.DOTALL);
  private static final Pattern WHERE = Pattern.compile("(?m)^Where=(/\\S+)$");
  private static final Pattern WHAT = Pattern.compile("(?m)^What=(\\S+)$");

  MountUnit {
    clusters = Set.copyOf(clusters);
  }

  /** All of ours, whichever cluster's; what is mounted from another one comes before that one. */
  static List<MountUnit> all(Host host) {
    List<MountUnit> units = new ArrayList<>();
    for (String file : host.files().list(DIRECTORY)) {
      if (file.endsWith(".mount")) {
        read(host, DIRECTORY + "/" + file).ifPresent(units::add);
      }
    }
    return units.stream()
        .sorted((one, other) -> Boolean.compare(other.isFrom(units), one.isFrom(units)))
        .toList();
  }

  /** The one of ours that mounts there; empty when none does. */
  static Optional<MountUnit> at(Host host, String where) {
    return read(host, DIRECTORY + "/" + name(where));
  }

  /**
   * The name that systemd demands of the unit for a path (systemd.unit(5), "String escaping"):
   * bytes other than letters, digits, {@code :_.} and the dashes between names are written as \xNN.
   */
  static String name(String where) {
    StringBuilder name = new StringBuilder();
    for (byte each : where.substring(1).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      boolean isPlain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == ':'
              || c == '_'
              || (c == '.' && !name.isEmpty());
      if (c == '/') {
        name.append('-');
      } else if (isPlain) {
        name.append(c);
      } else {
        name.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
    return name + ".mount";
  }

  String name() {
    return name(where);
  }

  String path() {
    return DIRECTORY + "/" + name();
  }

  MountUnit wantedBy(Set<String> others) {
    return new MountUnit(volume, where, what, others, body);
  }

  /** The same with one more cluster. */
  MountUnit and(String cluster) {
    Set<String> more = new TreeSet<>(clusters);
    more.add(cluster);
    return wantedBy(more);
  }

  /** The same with one cluster less. */
  MountUnit without(String cluster) {
    Set<String> less = new TreeSet<>(clusters);
    less.remove(cluster);
    return wantedBy(less);
  }

  boolean isWritten(Host host) {
    return at(host, where).filter(this::equals).isPresent();
  }

  void write(Host host) {
    String text =
        NOTE
            + "\n# Volume: "
            + volume
            + "\n# Clusters: "
            + String.join(" ", new TreeSet<>(clusters))
            + "\n"
            + body;
    host.files()
        .write(path(), text.getBytes(StandardCharsets.UTF_8), new Access(0644, "root", "root"));
  }

  private boolean isFrom(List<MountUnit> units) {
    return units.stream().anyMatch(other -> what.startsWith(other.where() + "/"));
  }

  private static Optional<MountUnit> read(Host host, String path) {
    // Links lead to units of packages, which are not ours.
    if (host.files().stat(path).filter(stat -> stat.kind() == Kind.FILE).isEmpty()) {
      return Optional.empty();
    }
    Matcher ours = OURS.matcher(new String(host.files().read(path), StandardCharsets.UTF_8));
    if (!ours.matches()) {
      return Optional.empty();
    }
    Matcher where = WHERE.matcher(ours.group(3));
    Matcher what = WHAT.matcher(ours.group(3));
    return where.find() && what.find()
        ? Optional.of(
            new MountUnit(
                ours.group(1),
                where.group(1),
                what.group(1),
                Set.of(ours.group(2).split(" ")),
                ours.group(3)))
        : Optional.empty();
  }
}

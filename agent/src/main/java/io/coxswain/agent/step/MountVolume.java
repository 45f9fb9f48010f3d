package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import io.coxswain.agent.host.Units.UnitState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A volume is mounted by a systemd unit that is enabled, and was proven by a file. Mounting has its
 * deadline from systemd and goes on in the background: whatever the server does, no other step
 * waits for it. Jobs notice nothing.
 *
 * @param type as mount(8) has it; "none": a bind; empty: mount finds out
 * @param helper program that mount(8) needs for the type; empty: none
 * @param proof names the file, since all machines write theirs at once
 * @param user as whom the file is written where root may not
 * @param directoryOwner of the directory {@code what}, which is made where it is missing; empty: it
 *     must be there
 */
public record MountVolume(
    String clusterId,
    String volume,
    String what,
    String type,
    String where,
    String options,
    String helper,
    String helperPackage,
    String proof,
    String user,
    boolean isReadOnly,
    String directoryOwner,
    int directoryMode,
    boolean isNetwork)
    implements Step {
  /** systemd kills mount(8) and umount(8) after it. */
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  // systemd's deadline, those of the proof, and what ending a stuck child takes.
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration FILE = Duration.ofSeconds(10);

  // The homes of clusters' users: what is in the local ones is hidden and comes back.
  private static final String HOMES = "/home/";

  @Override
  public Check check(Host host) {
    if (host.background().isOnItsWay(task(where))) {
      return new Check.Pending(what + " is being mounted at " + where, PATIENCE);
    }
    MountUnit unit = wanted(host);
    List<String> changes = new ArrayList<>();
    if (!unit.isWritten(host)) {
      changes.add(unit.path() + ": write");
    }
    Optional<MountTable.Mount> mount = MountTable.at(host, where);
    if (mount.isEmpty()) {
      changes.add("mount " + what + " at " + where);
      return Check.Drift.of(changes);
    }
    UnitState state = host.units().state(unit.name());
    if (!state.enabled()) {
      changes.add(unit.name() + ": enable");
    }
    MountLook.demandAnswer(host, where);
    if (!isProven(host, mount.get())) {
      changes.add(where + ": prove it by a file");
    }
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    if (!helper.isEmpty() && host.commands().find(helper).isEmpty()) {
      throw new HostException(
          Reason.HELPER_MISSING,
          "volume %s: %s is not on this machine (expected: the package %s)"
              .formatted(volume, helper, helperPackage));
    }
    MountUnit unit = wanted(host);
    if (MountTable.at(host, where).isEmpty()) {
      demandFreePlace(host);
    } else if (MountUnit.at(host, where).isEmpty()) {
      throw new HostException(
          Reason.NOT_OURS,
          where + ": something is mounted there that Coxswain did not mount (expected: nothing)");
    }
    // Before the background: whoever unmounts must see that somebody is at it.
    if (!unit.isWritten(host)) {
      unit.write(host);
    }
    host.background().begin(task(where), () -> mountAndProve(host, unit));
  }

  @Override
  public Optional<String> evidence(Host host) {
    return stamp(where).read(host).flatMap(text -> text.lines().skip(1).findFirst());
  }

  /** Names the work on a mount point in the background. */
  static String task(String where) {
    return "mount " + where;
  }

  static Stamp stamp(String where) {
    return new Stamp("volume-" + where);
  }

  private void mountAndProve(Host host, MountUnit unit) {
    if (!directoryOwner.isEmpty() && what.startsWith("/")) {
      new VolumeDirectory(host, what).make(directoryOwner, directoryMode);
    }
    // systemd reads the file again only when it is told to; enabling tells it, too.
    if (host.units().state(unit.name()).enabled()) {
      host.units().reload();
    } else {
      host.units().enable(unit.name());
    }
    if (MountTable.at(host, where).isEmpty()) {
      mount(host, unit);
    }
    MountLook.demandAnswer(host, where);
    MountTable.Mount mount =
        MountTable.at(host, where)
            .orElseThrow(
                () ->
                    new HostException(
                        Reason.MOUNT_FAILED, where + ": gone as soon as it was mounted"));
    if (!isProven(host, mount)) {
      stamp(where).write(host, identity(host, mount) + "\n" + prove(host) + "\n");
    }
  }

  private void mount(Host host, MountUnit unit) {
    try {
      host.units().restart(unit.name());
    } catch (HostException e) {
      throw new HostException(
          Reason.MOUNT_FAILED,
          "volume %s: %s could not be mounted at %s within %d s"
                  .formatted(volume, what, where, TIMEOUT.toSeconds())
              + cause(e.tail()),
          e.tail());
    }
  }

  // What mount(8) itself said is among systemd's lines about the unit.
  private static String cause(List<String> tail) {
    return tail.stream()
        .filter(
            line ->
                line.startsWith("mount")
                    || line.contains("Timed out")
                    || line.contains("timed out"))
        .findFirst()
        .map(line -> ": " + line)
        .orElse("");
  }

  private MountUnit wanted(Host host) {
    Optional<MountUnit> there = MountUnit.at(host, where);
    there
        .filter(other -> !other.volume().equals(volume))
        .ifPresent(
            other -> {
              throw new HostException(
                  Reason.NOT_OURS,
                  "%s: the place of volume %s of %s (expected: a path that no other volume has)"
                      .formatted(where, other.volume(), String.join(", ", other.clusters())));
            });
    Set<String> others = there.map(MountUnit::clusters).orElse(Set.of());
    return new MountUnit(volume, where, what, others, body()).and(clusterId);
  }

  private String body() {
    String network =
        isNetwork
            ? "Wants=network-online.target\nAfter=network.target network-online.target\n"
            : "";
    // Not ordered before remote-fs.target, as systemd would do: a dead server would hold up the
    // boot.
    return "[Unit]\nDescription=Coxswain volume "
        + volume
        + "\nDefaultDependencies=no\nConflicts=umount.target\nBefore=umount.target\n"
        + network
        + "\n[Mount]\nWhat="
        + what
        + "\nWhere="
        + where
        + "\n"
        + (type.isEmpty() ? "" : "Type=" + type + "\n")
        + "Options="
        + options
        + "\nTimeoutSec="
        + TIMEOUT.toSeconds()
        + "\n\n[Install]\nWantedBy=multi-user.target\n";
  }

  /** Nothing that is in a directory may be hidden by a mount, but the local home of a user. */
  private void demandFreePlace(Host host) {
    boolean isTaken =
        host.files().stat(where).isPresent()
            && (host.files().stat(where).get().kind() != Kind.DIRECTORY
                || !host.files().list(where).isEmpty());
    if (isTaken && !where.startsWith(HOMES)) {
      throw new HostException(
          Reason.NOT_OURS,
          where + ": is there and not empty (expected: nothing, or an empty directory)");
    }
  }

  private boolean isProven(Host host, MountTable.Mount mount) {
    return stamp(where)
        .read(host)
        .filter(text -> text.startsWith(identity(host, mount) + "\n"))
        .isPresent();
  }

  private String identity(Host host, MountTable.Mount mount) {
    return host.identity().bootId() + " " + mount.id() + " " + Stamp.hash(body());
  }

  private String prove(Host host) {
    if (isReadOnly) {
      return what + " at " + where + ", to be read only";
    }
    Instant start = host.clock().instant();
    VolumeFile file = new VolumeFile(host, where + "/.cox-proof-" + proof, FILE);
    Result asRoot = file.writeAndCompare(Optional.empty());
    boolean isAsUser = !asRoot.isSuccess() && !user.isEmpty();
    Result result = isAsUser ? file.writeAndCompare(Optional.of(user)) : asRoot;
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          "%s: mounted, and a file cannot be written and read there by root%s (expected: one of them may)"
              .formatted(where, user.isEmpty() ? "" : " or " + user),
          Output.tail(result));
    }
    return "%s at %s, a file written and read in %d ms%s"
        .formatted(
            what,
            where,
            Duration.between(start, host.clock().instant()).toMillis(),
            isAsUser ? " as " + user : "");
  }

  /** A program with arguments and this deadline. */
  static Command command(Duration deadline, List<String> argv) {
    return new Command(argv, deadline, java.util.Map.of(), Optional.empty());
  }
}

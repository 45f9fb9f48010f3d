package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A cluster's volume is no longer mounted for its sake, and its unit is gone; another cluster on
 * this machine may keep it mounted. Data are never touched: the most that is removed is an empty
 * directory below /mnt. One whose server is dead is taken out of the tree and left to the kernel.
 *
 * @param volume empty: all of the cluster
 */
public record UnmountVolume(String clusterId, String volume, Policy policy) implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** What is done while somebody has files open. */
  public enum Policy {
    /** Only told: nothing is unmounted at all. */
    LOOK,
    REFUSE,
    FORCE
  }

  @Override
  public Check check(Host host) {
    if (isOnItsWay(host)) {
      return new Check.Pending("being unmounted", PATIENCE);
    }
    List<MountUnit> mine = mine(host);
    if (policy != Policy.FORCE) {
      Optional<String> held =
          mine.stream()
              .filter(this::isLast)
              .map(unit -> new OpenFiles(host, unit.where()).told())
              .flatMap(Optional::stream)
              .findFirst();
      if (held.isPresent()) {
        return new Check.Blocked(held.get());
      }
    }
    return policy == Policy.LOOK
        ? new Check.InSync()
        : Check.Drift.of(mine.stream().map(unit -> unit.where() + ": unmount").toList());
  }

  @Override
  public void apply(Host host) {
    if (policy != Policy.LOOK) {
      host.background().begin(task(), () -> mine(host).forEach(unit -> unmount(host, unit)));
    }
  }

  @Override
  public Disruption disruption() {
    return policy == Policy.FORCE ? Disruption.ENDS_JOBS : Disruption.NONE;
  }

  private String task() {
    return "unmount " + clusterId + " " + volume;
  }

  private boolean isOnItsWay(Host host) {
    boolean isMounting =
        mine(host).stream()
            .anyMatch(
                unit -> {
                  try {
                    return host.background().isOnItsWay(MountVolume.task(unit.where()));
                  } catch (HostException e) {
                    // It could not be mounted: that much less to unmount.
                    return false;
                  }
                });
    return isMounting || host.background().isOnItsWay(task());
  }

  private List<MountUnit> mine(Host host) {
    return MountUnit.all(host).stream()
        .filter(unit -> unit.clusters().contains(clusterId))
        .filter(unit -> volume.isEmpty() || unit.volume().equals(volume))
        .toList();
  }

  private boolean isLast(MountUnit unit) {
    return unit.clusters().size() == 1;
  }

  private void unmount(Host host, MountUnit unit) {
    if (!isLast(unit)) {
      unit.without(clusterId).write(host);
      host.units().reload();
      return;
    }
    String where = unit.where();
    if (MountTable.at(host, where).isPresent()) {
      boolean isDead = MountLook.trouble(host, where).isPresent();
      if (isDead || !isStopped(host, unit)) {
        detach(host, where, isDead);
      }
    }
    host.units().disable(unit.name());
    if (MountTable.at(host, where).isPresent()) {
      throw new HostException(
          Reason.MOUNT_FAILED, where + ": still mounted after it was unmounted (expected: gone)");
    }
    MountVolume.stamp(where).delete(host);
    MeasureVolume.stamp(unit.volume()).delete(host);
    host.files().delete(unit.path());
    host.units().reload();
    // Safe to look at only now, when it is a directory of this machine again.
    if (where.startsWith("/mnt/")
        && host.files().stat(where).isPresent()
        && host.files().list(where).isEmpty()) {
      host.files().delete(where);
    }
  }

  /** Whether systemd could unmount it; by force it need not. */
  private boolean isStopped(Host host, MountUnit unit) {
    try {
      host.units().disable(unit.name());
      return MountTable.at(host, unit.where()).isEmpty();
    } catch (HostException e) {
      if (policy == Policy.FORCE) {
        return false;
      }
      throw e;
    }
  }

  // Neither the path nor a helper program is asked: both would ask the server.
  private static void detach(Host host, String where, boolean isDead) {
    List<String> argv =
        isDead
            ? List.of("umount", "--lazy", "--force", "--internal-only", "--no-canonicalize", where)
            : List.of("umount", "--lazy", "--internal-only", "--no-canonicalize", where);
    Result result = host.commands().run(MountVolume.command(DEADLINE, argv));
    if (!result.isSuccess() && MountTable.at(host, where).isPresent()) {
      throw new HostException(
          Reason.MOUNT_FAILED,
          where + ": umount: exit status " + result.status() + " (expected: out of the tree)",
          Output.tail(result));
    }
  }
}

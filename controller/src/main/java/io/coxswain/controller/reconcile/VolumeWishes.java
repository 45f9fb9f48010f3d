package io.coxswain.controller.reconcile;

import io.coxswain.controller.lifecycle.Attachment;
import io.coxswain.controller.lifecycle.Cluster;
import io.coxswain.controller.lifecycle.Operation;
import io.coxswain.controller.lifecycle.VolumeTest;
import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterSpec;
import io.coxswain.controller.spec.MountPath;
import io.coxswain.controller.spec.Volume;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Wishes about volumes: checked, written down, then carried out by the clusters' loops. Nothing is
 * mounted here, and no data of a volume are ever touched.
 */
public final class VolumeWishes {
  private final Store store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<ClusterId> wake;

  public VolumeWishes(
      Store store, InstantSource clock, RandomGenerator random, Consumer<ClusterId> wake) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.wake = wake;
  }

  /** What somebody changes about a volume; what is empty stays. */
  public record Edit(
      Optional<Long> sizeGib, Optional<Boolean> isDeletionProtected, Optional<Boolean> isHome) {}

  /** Refused where the name is taken, or where there is a home already. */
  public Volume create(Volume volume) {
    return store.write(
        tx -> {
          if (tx.storage().volume(volume.name()).isPresent()) {
            throw new RefusedException(
                Kind.TAKEN,
                volume.name(),
                "volume '" + volume.name() + "': there is one of that name",
                "choose another name; cox storage info " + volume.name());
          }
          requireOneHome(tx, volume);
          tx.storage().save(volume);
          note(tx, "", "VOLUME_CREATED", volume.name() + " " + volume.source());
          return volume;
        });
  }

  public Volume edit(String name, Edit edit) {
    return store.write(
        tx -> {
          Volume volume = volume(tx, name);
          Volume edited =
              volume.edited(
                  edit.sizeGib().orElse(volume.sizeGib()),
                  edit.isDeletionProtected().orElse(volume.isDeletionProtected()),
                  edit.isHome().orElse(volume.isHome()));
          if (edited.isHome() != volume.isHome()) {
            requireNobody(
                tx, volume, "whether homes are on it can only change while no cluster has it");
            requireOneHome(tx, edited);
          }
          tx.storage().save(edited);
          return edited;
        });
  }

  /** Takes it off the list; refused while it is protected or a cluster has it. */
  public void destroy(String name) {
    store.write(
        tx -> {
          Volume volume = volume(tx, name);
          if (volume.isDeletionProtected()) {
            throw new RefusedException(
                Kind.FORBIDDEN_NOW,
                name,
                "volume " + name + " is under deletion protection",
                "cox storage edit " + name + " --no-deletion-protection");
          }
          requireNobody(tx, volume, "it cannot go while a cluster has it");
          tx.storage().removeVolume(name);
          note(tx, "", "VOLUME_DESTROYED", name + "; its data are as they were");
          return true;
        });
  }

  /**
   * A request id that was seen before returns the operation that it started then.
   *
   * @param path empty: the default
   */
  public Operation attach(String name, String nameOrId, String path, String requestId) {
    return begun(
        requestId,
        tx -> {
          Volume volume = volume(tx, name);
          Cluster cluster = Lookup.cluster(tx, nameOrId);
          MountPath where = path.isEmpty() ? MountPath.of(name) : new MountPath(path);
          requireRunning(tx, cluster.spec());
          requireFree(tx, cluster.spec(), volume, where);
          Operation operation =
              operation(Operation.Kind.ATTACH_VOLUME, cluster.spec().id(), requestId);
          tx.save(operation);
          tx.storage()
              .save(
                  Attachment.begun(
                      name, cluster.spec().id(), where.value(), operation.id(), clock.instant()));
          note(tx, cluster.spec().id().value(), "VOLUME_ATTACHING", name + " at " + where);
          return operation;
        });
  }

  /** The same, to unmount it. Whether files are open is for the machines to say. */
  public Operation detach(String name, String nameOrId, boolean isForced, String requestId) {
    return begun(
        requestId,
        tx -> {
          volume(tx, name);
          Cluster cluster = Lookup.cluster(tx, nameOrId);
          ClusterId id = cluster.spec().id();
          Attachment attachment = attachment(tx, id, name);
          requireSettled(attachment, isForced);
          Operation operation = operation(Operation.Kind.DETACH_VOLUME, id, requestId);
          tx.save(operation);
          tx.storage().save(attachment.leaving(operation.id(), isForced, clock.instant()));
          note(tx, id.value(), "VOLUME_DETACH_ASKED", name + (isForced ? " by force" : ""));
          return operation;
        });
  }

  /**
   * The same, to measure it.
   *
   * @param nameOrId empty: the one cluster that has it
   */
  public Operation test(String name, String nameOrId, String requestId) {
    return begun(
        requestId,
        tx -> {
          volume(tx, name);
          ClusterId id =
              nameOrId.isEmpty() ? onlyCluster(tx, name) : Lookup.cluster(tx, nameOrId).spec().id();
          Attachment attachment = attachment(tx, id, name);
          if (attachment.state() != Attachment.State.ATTACHED) {
            throw busy(attachment);
          }
          tx.storage().openTests().stream()
              .filter(test -> test.cluster().equals(id) && test.volume().equals(name))
              .findFirst()
              .ifPresent(
                  test -> {
                    throw new RefusedException(
                        Kind.FORBIDDEN_NOW,
                        name,
                        "volume " + name + " is being measured by " + id,
                        "wait for it: cox operation watch " + test.operation());
                  });
          Operation operation = operation(Operation.Kind.TEST_VOLUME, id, requestId);
          tx.save(operation);
          tx.storage()
              .save(
                  new VolumeTest(operation.id(), name, id, clock.instant(), Optional.empty(), ""));
          return operation;
        });
  }

  /** A cluster that is made gets the volume that homes are on. */
  static void attachHome(Transaction tx, ClusterId id, Instant now) {
    tx.storage().volumes().stream()
        .filter(Volume::isHome)
        .map(home -> Attachment.begun(home.name(), id, MountPath.of(home.name()).value(), "", now))
        .forEach(tx.storage()::save);
  }

  /** By name, or refused with a word of help. */
  public static Volume volume(Transaction tx, String name) {
    return tx.storage()
        .volume(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    name,
                    "volume '" + name + "': there is none",
                    "cox storage list"));
  }

  private interface Wish {
    Operation write(Transaction tx);
  }

  private Operation begun(String requestId, Wish wish) {
    Operation operation =
        store.write(tx -> tx.operationByRequest(requestId).orElseGet(() -> wish.write(tx)));
    operation.cluster().ifPresent(wake);
    return operation;
  }

  private Operation operation(Operation.Kind kind, ClusterId cluster, String requestId) {
    return new Operation(
        Creation.operationId(random),
        kind,
        Operation.State.IN_PROGRESS,
        Optional.of(cluster),
        requestId,
        clock.instant(),
        Optional.empty(),
        "");
  }

  private void note(Transaction tx, String cluster, String kind, String message) {
    tx.append(Event.of(clock.instant(), cluster, "", "", kind, message));
  }

  private static List<Attachment> living(Transaction tx) {
    List<ClusterId> living = tx.clusters().stream().map(cluster -> cluster.spec().id()).toList();
    return tx.storage().attachments().stream()
        .filter(attachment -> living.contains(attachment.cluster()))
        .toList();
  }

  private static void requireOneHome(Transaction tx, Volume volume) {
    if (volume.isHome()) {
      tx.storage().volumes().stream()
          .filter(other -> other.isHome() && !other.name().equals(volume.name()))
          .findFirst()
          .ifPresent(
              other -> {
                throw new RefusedException(
                    Kind.FORBIDDEN_NOW,
                    volume.name(),
                    "homes are on volume " + other.name() + " already",
                    "cox storage edit " + other.name() + " --no-home");
              });
    }
  }

  private static void requireNobody(Transaction tx, Volume volume, String why) {
    List<Attachment> having =
        living(tx).stream().filter(each -> each.volume().equals(volume.name())).toList();
    if (!having.isEmpty()) {
      List<String> names = having.stream().map(each -> each.cluster().value()).toList();
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          volume.name(),
          "volume " + volume.name() + " is attached to " + String.join(", ", names) + ": " + why,
          "cox cluster detach " + names.getFirst() + " " + volume.name());
    }
  }

  private static void requireRunning(Transaction tx, ClusterSpec spec) {
    boolean isServing =
        tx.instances(spec.id()).stream()
            .anyMatch(instance -> instance.isJumphost() && instance.settled().isServing());
    if (spec.intent().isDestroy() || !isServing) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          spec.id().value(),
          "cluster "
              + spec.name()
              + (spec.intent().isDestroy() ? " is being destroyed" : " is not set up")
              + " (expected: a running cluster)",
          "cox cluster info " + spec.id());
    }
  }

  // Clusters of one jumphost share its tree.
  private static void requireFree(
      Transaction tx, ClusterSpec spec, Volume volume, MountPath where) {
    for (Attachment other : living(tx)) {
      boolean isSameVolume = other.volume().equals(volume.name());
      boolean isHere = other.cluster().equals(spec.id());
      if (isSameVolume && isHere) {
        throw new RefusedException(
            Kind.FORBIDDEN_NOW,
            volume.name(),
            "volume "
                + volume.name()
                + " is "
                + other.state()
                + " at "
                + other.path()
                + " in cluster "
                + spec.name(),
            "cox cluster info " + spec.id());
      }
      boolean isSamePlace = isSameVolume && other.path().equals(where.value());
      boolean isNear = isHere || hasJumphost(tx, other.cluster(), spec.jumphost());
      if (isNear && !isSamePlace && where.meets(new MountPath(other.path()))) {
        throw new RefusedException(
            Kind.FORBIDDEN_NOW,
            where.value(),
            "path "
                + where
                + ": meets "
                + other.path()
                + ", where volume "
                + other.volume()
                + " of "
                + other.cluster()
                + " is",
            "choose another --path");
      }
    }
  }

  private static boolean hasJumphost(Transaction tx, ClusterId id, String jumphost) {
    return tx.cluster(id).filter(cluster -> cluster.spec().jumphost().equals(jumphost)).isPresent();
  }

  private static Attachment attachment(Transaction tx, ClusterId id, String volume) {
    return living(tx).stream()
        .filter(each -> each.cluster().equals(id) && each.volume().equals(volume))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND,
                    volume,
                    "cluster " + id + " does not have volume " + volume,
                    "cox storage info " + volume));
  }

  // By force also one that is half-way: that is what force is for.
  private static void requireSettled(Attachment attachment, boolean isForced) {
    boolean isOurs = attachment.state() == Attachment.State.ATTACHED;
    boolean isStuck = attachment.operation().isEmpty() && isForced;
    if (!isOurs && !isStuck) {
      throw busy(attachment);
    }
  }

  private static RefusedException busy(Attachment attachment) {
    return new RefusedException(
        Kind.FORBIDDEN_NOW,
        attachment.volume(),
        "volume "
            + attachment.volume()
            + " is "
            + attachment.state()
            + " in cluster "
            + attachment.cluster()
            + " (expected: ATTACHED)",
        attachment.operation().isEmpty()
            ? "cox storage info " + attachment.volume()
            : "wait for it: cox operation watch " + attachment.operation());
  }

  private static ClusterId onlyCluster(Transaction tx, String volume) {
    List<ClusterId> having =
        living(tx).stream()
            .filter(each -> each.volume().equals(volume))
            .map(Attachment::cluster)
            .toList();
    if (having.size() != 1) {
      throw new RefusedException(
          Kind.FORBIDDEN_NOW,
          volume,
          having.isEmpty()
              ? "no cluster has volume " + volume
              : "volume " + volume + " is attached to " + having.size() + " clusters",
          having.isEmpty()
              ? "cox cluster attach CLUSTER " + volume
              : "name one of them: --cluster " + having.getFirst());
    }
    return having.getFirst();
  }
}

package io.coxswain.controller.reconcile;

import io.coxswain.controller.reconcile.RefusedException.Kind;
import io.coxswain.controller.spec.ClusterId;
import io.coxswain.controller.spec.ClusterImage;
import io.coxswain.controller.spec.Image;
import io.coxswain.controller.store.Event;
import io.coxswain.controller.store.ImageFiles;
import io.coxswain.controller.store.Store;
import io.coxswain.controller.store.Transaction;
import java.nio.channels.SeekableByteChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The catalogue of images: rows of the store, and an archive for each digest. An archive is in
 * place before its row is written, and its row is gone before it goes.
 */
public final class ImageWishes {
  private final Store store;
  private final ImageFiles files;
  private final InstantSource clock;

  public ImageWishes(Store store, ImageFiles files, InstantSource clock) {
    this.store = store;
    this.files = files;
    this.clock = clock;
  }

  /** Refuses a name that cannot be, or that is taken, before anything is sent. */
  public ImageFiles.Upload begin(String name, long sizeBytes) {
    Image.requireName(name);
    store.read(tx -> requireFree(tx, name));
    return files.begin(sizeBytes);
  }

  /** Puts the archive into the catalogue. */
  public Image finish(
      String name, Optional<String> digest, ImageFiles.Upload upload, String createdBy) {
    ImageFiles.Kept kept = upload.finish(digest);
    return store.write(
        tx -> {
          requireFree(tx, name);
          Image image =
              new Image(
                  name,
                  Image.Kind.IMPORTED,
                  kept.digest(),
                  kept.sizeBytes(),
                  kept.format(),
                  createdBy,
                  clock.instant());
          tx.images().save(image);
          note(tx, "IMAGE_IMPORTED", name + " " + image.reference());
          return image;
        });
  }

  /** Refused while a cluster has it. */
  public void remove(String name) {
    Image removed =
        store.write(
            tx -> {
              Image image = image(tx, name);
              List<ClusterId> having = clusters(tx, name);
              if (!having.isEmpty()) {
                throw new RefusedException(
                    Kind.FORBIDDEN_NOW,
                    name,
                    "image " + name + " is in use by " + having + "; it cannot go",
                    "cox cluster destroy " + having.getFirst());
              }
              // Of clusters that are gone.
              tx.images().clusterImages().stream()
                  .filter(each -> each.image().equals(name))
                  .forEach(each -> tx.images().removeClusterImage(each.cluster()));
              tx.images().removeImage(name);
              note(tx, "IMAGE_REMOVED", name);
              return image;
            });
    // Another name may have the same archive, and a machine may still be fetching it for a cluster.
    boolean isNeeded =
        store.read(
            tx ->
                tx.images().images().stream()
                    .anyMatch(other -> other.digest().equals(removed.digest())));
    if (!isNeeded) {
      files.remove(removed.digest());
    }
  }

  /** The archive for a machine that has it in its assignment; from the byte on. */
  public SeekableByteChannel archive(String machineId, String digest, long from) {
    boolean isAssigned =
        store.read(
            tx -> {
              List<ClusterId> leased =
                  tx.instances().stream()
                      .filter(instance -> instance.machineId().equals(machineId))
                      .map(instance -> instance.cluster())
                      .toList();
              return tx.images().clusterImages().stream()
                  .anyMatch(
                      each -> each.digest().equals(digest) && leased.contains(each.cluster()));
            });
    if (!isAssigned || !files.has(digest)) {
      throw new RefusedException(
          Kind.NOT_FOUND,
          digest,
          "image sha256:" + digest + ": none that machine " + machineId + " is assigned",
          "cox image list");
    }
    return files.read(digest, from);
  }

  /** Clusters that have it. */
  public static List<ClusterId> clusters(Transaction tx, String name) {
    List<ClusterId> living = tx.clusters().stream().map(each -> each.spec().id()).toList();
    return tx.images().clusterImages().stream()
        .filter(each -> each.image().equals(name) && living.contains(each.cluster()))
        .map(ClusterImage::cluster)
        .toList();
  }

  /** By name, or refused with a word of help. */
  public static Image image(Transaction tx, String name) {
    return tx.images()
        .image(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    Kind.NOT_FOUND, name, "image '" + name + "': there is none", "cox image list"));
  }

  private static boolean requireFree(Transaction tx, String name) {
    if (tx.images().image(name).isPresent()) {
      throw new RefusedException(
          Kind.TAKEN,
          name,
          "image '" + name + "': there is one of that name",
          "choose another name, or: cox image remove " + name);
    }
    return true;
  }

  private void note(Transaction tx, String kind, String message) {
    tx.append(Event.of(clock.instant(), "", "", "", kind, message));
  }
}

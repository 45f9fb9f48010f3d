package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Container images on this machine's disk, a directory each by digest. Steps ask for an archive
 * with a small file; the link, which alone speaks to the controller, brings it; so a wish outlives
 * a crash of either.
 */
public final class Images {
  public static final String DIRECTORY = "/var/lib/coxswain-images";
  public static final String CONTAINERS = "/var/lib/coxswain-containers";

  /** Unused so long: somebody who makes such clusters now and then need not wait for it anew. */
  static final Duration IDLE = Duration.ofDays(7);

  /** What is unused goes earlier where less than a tenth of the disk is free. */
  private static final int SCARCE = 10;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Access OURS = new Access(0600, "root", "root");
  // Users' jobs enter by a plugin that is root. Nobody else may: set-user-id programs of an image
  // would work outside of its mount namespace.
  private static final Access PRIVATE = new Access(0700, "root", "root");

  private final Files files;

  public Images(Files files) {
    this.files = files;
  }

  /** An archive that a step waits for. */
  public record Order(String digest, long sizeBytes) {}

  public void ask(Order order) {
    files.createDirectory(DIRECTORY, PRIVATE);
    files.createDirectory(home(order.digest()), PRIVATE);
    write(wanted(order.digest()), Long.toString(order.sizeBytes()));
  }

  public boolean isAsked(String digest) {
    return files.stat(wanted(digest)).isPresent();
  }

  /** What the link is to bring. */
  public List<Order> orders() {
    List<Order> orders = new ArrayList<>();
    for (String digest : digests()) {
      if (isAsked(digest) && files.stat(archive(digest)).isEmpty()) {
        orders.add(new Order(digest, Long.parseLong(text(wanted(digest)))));
      }
    }
    return orders;
  }

  /** How much of an archive has arrived. */
  public long arrived(String digest) {
    return files.stat(archive(digest) + ".part").map(Files.FileStat::size).orElse(0L);
  }

  /** Why the last try to bring it failed in a way that trying again may not mend; told once. */
  public Optional<String> trouble(String digest) {
    return files.stat(failure(digest)).isPresent()
        ? Optional.of(text(failure(digest)))
        : Optional.empty();
  }

  public void failed(String digest, String why) {
    write(failure(digest), why);
  }

  public void forgive(String digest) {
    files.delete(failure(digest));
  }

  /** Takes the pieces of an archive as they come. */
  public interface Sender {
    /** Sends from the byte on, to the end of the archive. */
    void send(long from, Receiver to);
  }

  /** Takes one piece. */
  public interface Receiver {
    void take(ByteBuffer piece);
  }

  /** Goes on where it was cut; in place only when it is whole. On a real disk alone. */
  public void receive(Order order, Sender sender) {
    try (PartFile part = PartFile.open(Path.of(archive(order.digest())))) {
      if (part.size() < order.sizeBytes()) {
        sender.send(part.size(), part::append);
      }
      if (part.size() >= order.sizeBytes()) {
        part.finish(order.digest());
      }
    }
  }

  /** The image is unpacked: what it was unpacked from goes. */
  public void unpacked(String digest) {
    write(ready(digest), "");
    files.delete(archive(digest));
    files.delete(wanted(digest));
  }

  public boolean isReady(String digest) {
    return files.stat(ready(digest)).isPresent();
  }

  /** Removes images that no container leads to: when unused for long, or when room is scarce. */
  public void sweep(Instant now) {
    for (String digest : digests()) {
      if (isAsked(digest) || isUsed(digest)) {
        files.delete(idle(digest));
      } else if (files.stat(idle(digest)).isEmpty()) {
        write(idle(digest), now.toString());
      } else if (isOld(digest, now) || isScarce()) {
        // Ready no more, before anything of it goes.
        files.delete(ready(digest));
        files.deleteTree(home(digest));
      }
    }
  }

  private boolean isOld(String digest, Instant now) {
    return !now.isBefore(Instant.parse(text(idle(digest))).plus(IDLE));
  }

  private boolean isScarce() {
    DiskSpace space = files.space(DIRECTORY);
    return space.freeBytes() < space.sizeBytes() / SCARCE;
  }

  private boolean isUsed(String digest) {
    for (String cluster : files.list(CONTAINERS)) {
      String link = link(cluster);
      if (files.stat(link).isPresent() && files.readLink(link).equals(rootfs(digest))) {
        return true;
      }
    }
    return false;
  }

  private List<String> digests() {
    return files.list(DIRECTORY).stream().filter(name -> DIGEST.matcher(name).matches()).toList();
  }

  public static String home(String digest) {
    return DIRECTORY + "/" + digest;
  }

  public static String archive(String digest) {
    return home(digest) + "/archive.tar";
  }

  /** The image's own tree. */
  public static String rootfs(String digest) {
    return home(digest) + "/bundle/rootfs";
  }

  /** Lines of the image's own environment. */
  public static String environment(String digest) {
    return home(digest) + "/environment";
  }

  /** What leads from a cluster's container to its image. */
  public static String link(String cluster) {
    return CONTAINERS + "/" + cluster + "/rootfs";
  }

  private static String ready(String digest) {
    return home(digest) + "/ready";
  }

  private static String wanted(String digest) {
    return home(digest) + "/wanted";
  }

  private static String failure(String digest) {
    return home(digest) + "/failure";
  }

  private static String idle(String digest) {
    return home(digest) + "/idle-since";
  }

  private String text(String path) {
    return new String(files.read(path), StandardCharsets.UTF_8);
  }

  private void write(String path, String text) {
    files.write(path, text.getBytes(StandardCharsets.UTF_8), OURS);
  }
}

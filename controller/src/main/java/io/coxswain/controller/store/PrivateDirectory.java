package io.coxswain.controller.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A directory that only the running user can enter (0700), with files that only it can read (0600).
 * What is found otherwise is refused rather than mended: somebody may have read it already.
 */
public final class PrivateDirectory {
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> NEW_DIRECTORY =
      PosixFilePermissions.asFileAttribute(DIRECTORY);
  private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE =
      PosixFilePermissions.asFileAttribute(FILE);

  private final Path path;

  private PrivateDirectory(Path path) {
    this.path = path;
  }

  /** Makes it when it is missing; its parent must be there. */
  public static PrivateDirectory open(Path path) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(path, NEW_DIRECTORY);
      }
      requirePrivate(path, "directory", DIRECTORY);
      return new PrivateDirectory(path.toRealPath());
    } catch (IOException e) {
      throw new StoreException(
          "directory "
              + path
              + ": cannot be used (expected: a directory in one that is there): "
              + e,
          e);
    }
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  public boolean has(String name) {
    return Files.exists(file(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes an empty file when there is none. */
  Path touch(String name) {
    try {
      if (!has(name)) {
        Files.createFile(file(name), NEW_FILE);
      }
      requirePrivate(file(name), "file", FILE);
      return file(name);
    } catch (IOException e) {
      throw unusable(name, e);
    }
  }

  public byte[] read(String name) {
    try {
      requirePrivate(file(name), "file", FILE);
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw unusable(name, e);
    }
  }

  /** Makes the file durable, whole or not at all. Refused when it is there already. */
  public void create(String name, byte[] content) {
    if (has(name)) {
      throw new StoreException(
          "file " + file(name) + ": is there already (expected: none); it is never overwritten");
    }
    replace(name, content);
  }

  /** Puts the file in place durably, whole or not at all. */
  public void replace(String name, byte[] content) {
    Path partial = file(name + ".partial");
    try {
      // Left over from a crash; its mode could be anything.
      Files.deleteIfExists(partial);
      Files.createFile(partial, NEW_FILE);
      write(partial, content);
      Files.move(partial, file(name), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw unusable(name, e);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private StoreException unusable(String name, IOException cause) {
    return new StoreException(
        "file "
            + file(name)
            + ": cannot be used (expected: one that this user reads and writes): "
            + cause,
        cause);
  }

  private static void requirePrivate(Path path, String kind, Set<PosixFilePermission> most)
      throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean isKind = kind.equals("directory") ? found.isDirectory() : found.isRegularFile();
    if (!isKind) {
      throw new StoreException(
          kind + " " + path + ": is something else (expected: a " + kind + " and no link)");
    }
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    // /proc/self belongs to the effective user.
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!owner.equals(self)) {
      throw new StoreException(
          kind
              + " "
              + path
              + ": owned by uid "
              + owner
              + " (expected: "
              + self
              + ", the running user)");
    }
    if (!most.containsAll(found.permissions())) {
      throw new StoreException(
          kind
              + " "
              + path
              + ": mode "
              + PosixFilePermissions.toString(found.permissions())
              + " (expected: "
              + PosixFilePermissions.toString(most)
              + "); others may have read it");
    }
  }
}

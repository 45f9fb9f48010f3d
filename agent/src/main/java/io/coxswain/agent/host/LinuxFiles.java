package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.OpenDirectory.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Files of a Linux machine, written durably and without following links that users could plant. */
final class LinuxFiles implements Files {
  // A fixed name, so that what a crash left behind is overwritten by the next try; the dot and the
  // missing suffix keep it out
  // of drop-in directories.
  private static final String TEMPORARY_SUFFIX = ".cox-new";
  private static final int PERMISSION_BITS = 0777;

  private final Mounts mounts;

  LinuxFiles(Mounts mounts) {
    this.mounts = mounts;
  }

  @Override
  public Optional<FileStat> stat(String path) {
    Path file = absolute(path);
    return doing(
        "look at " + path,
        () -> {
          try {
            PosixFileAttributes attributes =
                java.nio.file.Files.readAttributes(
                    file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object mode =
                java.nio.file.Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                new FileStat(
                    kind(attributes),
                    (Integer) mode & 07777,
                    attributes.owner().getName(),
                    attributes.group().getName(),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis()));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          } catch (java.nio.file.FileSystemException e) {
            // A name below a file: as absent as any other.
            if (String.valueOf(e.getReason()).contains("Not a directory")) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public byte[] read(String path) {
    return doing("read " + path, () -> java.nio.file.Files.readAllBytes(absolute(path)));
  }

  @Override
  public String readLink(String path) {
    return doing(
        "read the link " + path,
        () -> java.nio.file.Files.readSymbolicLink(absolute(path)).toString());
  }

  @Override
  public List<String> list(String directory) {
    return doing(
        "list " + directory,
        () -> {
          try (Stream<Path> children = java.nio.file.Files.list(absolute(directory))) {
            return children.map(child -> child.getFileName().toString()).sorted().toList();
          } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
          } catch (UncheckedIOException e) {
            // While it was read: a directory of a process that ends.
            throw e.getCause();
          }
        });
  }

  @Override
  public void write(String path, byte[] content, Access access) {
    Path file = absolute(path);
    doing(
        "write " + path,
        () -> {
          if (mounts.isMountPoint(file)) {
            rewriteInPlace(file, content, access);
          } else {
            replace(file, content, access);
          }
          return file;
        });
  }

  private static void replace(Path file, byte[] content, Access access) throws IOException {
    Path directory = parent(file);
    Path temporary = Path.of("." + file.getFileName() + TEMPORARY_SUFFIX);
    try (OpenDirectory open = OpenDirectory.open(directory)) {
      open.deleteFile(temporary);
      try {
        open.create(temporary, content, owner(access), permissions(access.mode()));
        if (java.nio.file.Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(file.toString(), null, "is a directory");
        }
        open.rename(temporary, file.getFileName());
      } catch (IOException e) {
        open.deleteFile(temporary);
        throw e;
      }
    }
    sync(directory);
  }

  private static void rewriteInPlace(Path file, byte[] content, Access access) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    setAccess(file, access);
  }

  @Override
  public void createDirectory(String path, Access access) {
    Path directory = absolute(path);
    doing(
        "create the directory " + path,
        () -> {
          createMissing(parent(directory));
          createOne(directory);
          setAccess(directory, access);
          sync(parent(directory));
          return directory;
        });
  }

  private static void createOne(Path directory) throws IOException {
    try {
      java.nio.file.Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      // On a file system that machines share, another may make it at the same moment.
      if (!java.nio.file.Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  private static void createMissing(Path directory) throws IOException {
    if (java.nio.file.Files.isDirectory(directory)) {
      return;
    }
    createMissing(parent(directory));
    createOne(directory);
    java.nio.file.Files.setPosixFilePermissions(directory, permissions(0755));
  }

  @Override
  public void link(String path, String target) {
    Path link = absolute(path);
    Path temporary = parent(link).resolve("." + link.getFileName() + TEMPORARY_SUFFIX);
    doing(
        "link " + path,
        () -> {
          if (java.nio.file.Files.exists(link, LinkOption.NOFOLLOW_LINKS)
              && !java.nio.file.Files.isSymbolicLink(link)) {
            throw new FileAlreadyExistsException(path, null, "is there and not a link");
          }
          java.nio.file.Files.deleteIfExists(temporary);
          java.nio.file.Files.createSymbolicLink(temporary, Path.of(target));
          java.nio.file.Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
          sync(parent(link));
          return link;
        });
  }

  @Override
  public void delete(String path) {
    Path file = absolute(path);
    doing(
        "delete " + path,
        () -> {
          if (java.nio.file.Files.deleteIfExists(file)) {
            sync(parent(file));
          }
          return file;
        });
  }

  @Override
  public void deleteTree(String path) {
    Path tree = absolute(path);
    if (tree.getNameCount() < 2) {
      throw new HostException(
          Reason.NOT_OURS,
          "delete " + path + ": a top-level directory (expected: something below one)");
    }
    Optional<Path> mount = mounts.atOrBelow(tree);
    if (mount.isPresent()) {
      throw new HostException(
          Reason.NOT_OURS,
          "delete " + path + ": " + mount.get() + " is a mount point (expected: none in the tree)");
    }
    doing(
        "delete " + path,
        () -> {
          try (OpenDirectory above = OpenDirectory.open(parent(tree))) {
            PosixFileAttributes attributes = above.attributes(tree.getFileName());
            if (attributes.isDirectory()) {
              above.deleteDirectory(tree.getFileName(), OpenDirectory.device(attributes));
            } else {
              above.deleteFile(tree.getFileName());
            }
          } catch (NoSuchFileException e) {
            return tree;
          }
          sync(parent(tree));
          return tree;
        });
  }

  @Override
  public boolean isOnOtherMount(String path) {
    return mounts
        .holding(resolved(path))
        .map(mount -> mount.point().getNameCount() > 0)
        .orElse(true);
  }

  @Override
  public boolean isLocal(String path) {
    return mounts.holding(resolved(path)).map(Mounts.Mount::isLocal).orElse(false);
  }

  // The nearest part of the path that exists, links resolved, with the rest behind it.
  private Path resolved(String path) {
    return doing(
        "resolve " + path,
        () -> {
          Path absolute = absolute(path);
          Path existing = absolute;
          while (!java.nio.file.Files.exists(existing)) {
            existing = parent(existing);
          }
          return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
        });
  }

  private static Path absolute(String path) {
    Path file = Path.of(path);
    if (!file.isAbsolute() || !file.equals(file.normalize())) {
      throw new HostException(
          Reason.IO_ERROR, "path: " + path + " (expected: absolute, without . and ..)");
    }
    return file;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static Kind kind(PosixFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return Kind.LINK;
    }
    if (attributes.isDirectory()) {
      return Kind.DIRECTORY;
    }
    return attributes.isRegularFile() ? Kind.FILE : Kind.OTHER;
  }

  private static void setAccess(Path path, Access access) throws IOException {
    Owner owner = owner(access);
    PosixFileAttributes now =
        java.nio.file.Files.readAttributes(
            path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!now.owner().equals(owner.user())) {
      java.nio.file.Files.setAttribute(
          path, "posix:owner", owner.user(), LinkOption.NOFOLLOW_LINKS);
    }
    if (!now.group().equals(owner.group())) {
      java.nio.file.Files.setAttribute(
          path, "posix:group", owner.group(), LinkOption.NOFOLLOW_LINKS);
    }
    // After the owner: chown clears set-id bits.
    java.nio.file.Files.setAttribute(path, "unix:mode", access.mode());
  }

  private static Owner owner(Access access) throws IOException {
    var lookup = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      return new Owner(
          lookup.lookupPrincipalByName(access.owner()),
          lookup.lookupPrincipalByGroupName(access.group()));
    } catch (UserPrincipalNotFoundException e) {
      throw new HostException(
          Reason.ACCOUNT_CONFLICT,
          "owner: no account " + e.getName() + " on this machine (expected: one, to own a file)");
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    if ((mode & ~PERMISSION_BITS) != 0) {
      throw new HostException(
          Reason.IO_ERROR, "mode: " + Integer.toOctalString(mode) + " (expected: at most 777)");
    }
    StringBuilder text = new StringBuilder();
    for (int bit = 0400, i = 0; bit != 0; bit >>= 1, i++) {
      text.append((mode & bit) == 0 ? '-' : "rwx".charAt(i % 3));
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T doing(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
        throw new HostException(Reason.DISK_FULL, what + ": no space left on the device");
      }
      if (e instanceof AccessDeniedException || text.contains("Operation not permitted")) {
        throw new HostException(Reason.PERMISSION_DENIED, what + ": permission denied");
      }
      if (e instanceof NoSuchFileException) {
        throw new HostException(Reason.IO_ERROR, what + ": does not exist");
      }
      if (e instanceof DirectoryNotEmptyException) {
        throw new HostException(Reason.IO_ERROR, what + ": the directory is not empty");
      }
      throw new HostException(Reason.IO_ERROR, what + ": " + text);
    }
  }
}

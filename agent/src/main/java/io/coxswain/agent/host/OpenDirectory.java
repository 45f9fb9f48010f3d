package io.coxswain.agent.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A directory held open by descriptor. What is done through it stays in that directory even when a
 * user swaps names for links meanwhile, which matters because the agent is root and works in homes
 * that users can write to.
 */
final class OpenDirectory implements Closeable {
  private final SecureDirectoryStream<Path> stream;

  private OpenDirectory(SecureDirectoryStream<Path> stream) {
    this.stream = stream;
  }

  /** Opens by path. Inside a directory that is not root's the last name may not be a link. */
  static OpenDirectory open(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || isTrusted(parent)) {
      return new OpenDirectory(stream(path));
    }
    try (OpenDirectory above = new OpenDirectory(stream(parent))) {
      return above.enter(path.getFileName());
    }
  }

  OpenDirectory enter(Path name) throws IOException {
    return new OpenDirectory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
  }

  PosixFileAttributes attributes(Path name) throws IOException {
    return view(name).readAttributes();
  }

  /**
   * A new file that holds the content durably, with mode and owner; only its owner could ever read
   * it meanwhile.
   */
  void create(Path name, byte[] content, Owner owner, Set<PosixFilePermission> mode)
      throws IOException {
    try (var channel =
        (FileChannel)
            stream.newByteChannel(
                name,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)))) {
      var buffer = java.nio.ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      PosixFileAttributeView view = view(name);
      view.setOwner(owner.user());
      view.setGroup(owner.group());
      view.setPermissions(mode);
      channel.force(true);
    }
  }

  void rename(Path from, Path to) throws IOException {
    stream.move(from, stream, to);
  }

  void deleteFile(Path name) throws IOException {
    try {
      stream.deleteFile(name);
    } catch (NoSuchFileException e) {
      // Wanted.
    }
  }

  /** Removes a directory with everything in it that lies on the same device. */
  void deleteDirectory(Path name, String device) throws IOException {
    try (OpenDirectory inner = enter(name)) {
      for (Path child : inner.names()) {
        PosixFileAttributes attributes = inner.attributes(child);
        if (!attributes.isDirectory()) {
          inner.deleteFile(child);
        } else if (device(attributes).equals(device)) {
          inner.deleteDirectory(child, device);
        } else {
          throw new FileSystemException(name + "/" + child, null, "another file system");
        }
      }
    }
    stream.deleteDirectory(name);
  }

  // The key prints as (dev=fd00,ino=42); there is no other way to the device through a descriptor.
  static String device(PosixFileAttributes attributes) {
    String key = String.valueOf(attributes.fileKey());
    int comma = key.indexOf(',');
    return comma < 0 ? key : key.substring(0, comma);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private List<Path> names() throws IOException {
    List<Path> names = new ArrayList<>();
    for (Path child : stream) {
      names.add(child.getFileName());
    }
    return names;
  }

  private PosixFileAttributeView view(Path name) {
    return stream.getFileAttributeView(
        name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isTrusted(Path directory) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean writable =
        attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
            || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    return attributes.owner().getName().equals("root") && !writable;
  }

  // Linux gives every directory stream this way; whoever asks closes it.
  @SuppressWarnings("StreamResourceLeak")
  private static SecureDirectoryStream<Path> stream(Path path) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path);
    return (SecureDirectoryStream<Path>) stream;
  }

  /** User and group by the machine's own database. */
  record Owner(
      java.nio.file.attribute.UserPrincipal user, java.nio.file.attribute.GroupPrincipal group) {}
}

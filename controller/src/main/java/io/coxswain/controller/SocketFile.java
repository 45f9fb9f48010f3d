package io.coxswain.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** The file of the Unix socket, in a directory that lets in only those who may call. */
record SocketFile(Path path) {
  /**
   * Takes away what a killed controller left; refuses to take away anything else, or the socket of
   * one that runs.
   */
  void clear() {
    try {
      Files.createDirectories(
          Objects.requireNonNull(path.getParent(), "socket: a file in a directory"));
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      boolean isSocket =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .isOther();
      if (!isSocket) {
        throw new IllegalStateException(
            "socket: "
                + path
                + " is there and is no socket (expected: nothing, or a socket left behind)");
      }
      if (isAnswering()) {
        throw new IllegalStateException(
            "socket: " + path + " answers (expected: no other controller running here)");
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("socket: " + path + ": " + e.getMessage(), e);
    }
  }

  /** Lets the owner and the group connect, whatever the umask. */
  void open() {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    } catch (IOException e) {
      throw new UncheckedIOException("socket: " + path + ": " + e.getMessage(), e);
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("socket: " + path + ": " + e.getMessage(), e);
    }
  }

  private boolean isAnswering() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }
}

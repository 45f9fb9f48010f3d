package io.coxswain.agent.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A large file that arrives in pieces, over several processes if it must: beside its place until it
 * is whole and has the digest it should have.
 */
final class PartFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path part;
  private final Path place;
  private final FileChannel file;

  private PartFile(Path part, Path place, FileChannel file) {
    this.part = part;
    this.place = place;
    this.file = file;
  }

  /** Goes on with what is there. */
  static PartFile open(Path place) {
    Path part = part(place);
    try {
      FileChannel file =
          FileChannel.open(
              part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      file.position(file.size());
      return new PartFile(part, place, file);
    } catch (IOException e) {
      throw failed(part, e);
    }
  }

  static Path part(Path place) {
    return place.resolveSibling(place.getFileName() + ".part");
  }

  long size() {
    try {
      return file.size();
    } catch (IOException e) {
      throw failed(part, e);
    }
  }

  void append(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw failed(part, e);
    }
  }

  /** Puts it in place durably; one of another digest is thrown away and told. */
  void finish(String sha256) {
    try {
      String found = digest();
      if (!found.equals(sha256)) {
        Files.delete(part);
        throw new HostException(
            HostException.Reason.CHECK_FAILED,
            "image: sha256:" + found + " arrived (expected: sha256:" + sha256 + ")");
      }
      file.force(true);
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(part, e);
    }
  }

  // Read again as a whole: the first pieces may be of an earlier process, or of before a crash.
  private String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      file.position(0);
      while (file.read(piece) >= 0) {
        digest.update(piece.flip());
        piece.clear();
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every Java", e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(part, e);
    }
  }

  private static HostException failed(Path path, IOException cause) {
    boolean isFull = String.valueOf(cause.getMessage()).contains("No space left");
    return new HostException(
        isFull ? HostException.Reason.DISK_FULL : HostException.Reason.IO_ERROR,
        path + ": " + cause.getMessage());
  }
}

package io.coxswain.controller.store;

import io.coxswain.controller.spec.ImageFormat;
import io.coxswain.controller.spec.InvalidSpecException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The archives of images, by digest, in a directory of the controller's own.
 *
 * <ul>
 *   <li>An archive is there whole, durable and under the digest that it has, or not at all.
 *   <li>What an upload that did not end has left goes when it is cut, or with the next start.
 * </ul>
 */
public final class ImageFiles {
  private static final String ARCHIVE = ".tar";
  private static final String PARTIAL = ".upload";
  // Kept free for the database beside them.
  private static final long RESERVE = 256L << 20;

  private final Path directory;

  private ImageFiles(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory where it is missing; uploads of an earlier process go. */
  public static ImageFiles open(Path directory) {
    PrivateDirectory.open(directory);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + PARTIAL)) {
      for (Path upload : left) {
        Files.deleteIfExists(upload);
      }
      return new ImageFiles(directory);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** An archive that is there. */
  public record Kept(String digest, long sizeBytes, ImageFormat format) {}

  /** Begins to take an archive of so many bytes; 0: nobody knows. */
  public Upload begin(long sizeBytes) {
    try {
      long free = Files.getFileStore(directory).getUsableSpace();
      if (sizeBytes + RESERVE > free) {
        throw new InvalidSpecException(
            "size_bytes",
            "image: %d MiB (expected: at most %d MiB, what %s has room for)"
                .formatted(sizeBytes >> 20, Math.max(0, free - RESERVE) >> 20, directory));
      }
      Path partial = Files.createTempFile(directory, "image", PARTIAL);
      return new Upload(
          partial,
          FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.READ),
          sha256());
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** To be read from the byte on; whoever asks closes it. */
  public SeekableByteChannel read(String digest, long from) {
    try {
      return Files.newByteChannel(archive(digest), StandardOpenOption.READ).position(from);
    } catch (IOException e) {
      throw failed(archive(digest), e);
    }
  }

  public boolean has(String digest) {
    return Files.isRegularFile(archive(digest));
  }

  /** Nothing there is fine. */
  public void remove(String digest) {
    try {
      Files.deleteIfExists(archive(digest));
    } catch (IOException e) {
      throw failed(archive(digest), e);
    }
  }

  private Path archive(String digest) {
    return directory.resolve(digest + ARCHIVE);
  }

  /** An archive on its way in. Not for two threads at once. */
  public final class Upload implements AutoCloseable {
    private final Path partial;
    private final FileChannel file;
    private final MessageDigest digest;
    private long size;

    private Upload(Path partial, FileChannel file, MessageDigest digest) {
      this.partial = partial;
      this.file = file;
      this.digest = digest;
    }

    public void append(ByteBuffer bytes) {
      digest.update(bytes.duplicate());
      size += bytes.remaining();
      try {
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      } catch (IOException e) {
        throw failed(partial, e);
      }
    }

    /**
     * Puts it in place.
     *
     * @param expected its digest; empty: whatever it is
     */
    public Kept finish(Optional<String> expected) {
      String found = HexFormat.of().formatHex(digest.digest());
      expected
          .filter(wanted -> !wanted.equals(found))
          .ifPresent(
              wanted -> {
                throw new InvalidSpecException(
                    "digest", "digest: sha256:" + found + " (expected: sha256:" + wanted + ")");
              });
      try {
        ImageFormat format =
            ArchiveForm.of(file)
                .orElseThrow(
                    () ->
                        new InvalidSpecException(
                            "data",
                            "archive: no image in it (expected: an uncompressed tar of an OCI layout,"
                                + " podman save --format oci-archive, or of docker save)"));
        file.force(true);
        Files.move(partial, archive(found), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
          parent.force(true);
        }
        return new Kept(found, size, format);
      } catch (IOException e) {
        throw failed(partial, e);
      }
    }

    /** What is not in place goes. */
    @Override
    public void close() {
      try {
        file.close();
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        throw failed(partial, e);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static StoreException failed(Path path, IOException cause) {
    return new StoreException(
        path + ": cannot be used (expected: a disk that reads and writes): " + cause, cause);
  }
}

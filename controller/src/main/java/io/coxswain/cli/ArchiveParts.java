package io.coxswain.cli;

import com.google.protobuf.ByteString;
import io.coxswain.v1.ImportImageRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A file as the messages that carry it: a head, then pieces. */
final class ArchiveParts implements Iterator<ImportImageRequest>, AutoCloseable {
  private static final int PIECE = 256 << 10;

  private final ImportImageRequest head;
  private final InputStream file;
  private final long size;
  private long taken = -1;

  private ArchiveParts(ImportImageRequest head, InputStream file, long size) {
    this.head = head;
    this.file = file;
    this.size = size;
  }

  static ArchiveParts of(Path path, String image, String digest) throws IOException {
    long size = Files.size(path);
    ImportImageRequest.Head head =
        ImportImageRequest.Head.newBuilder()
            .setName(image)
            .setDigest(digest)
            .setSizeBytes(size)
            .build();
    return new ArchiveParts(
        ImportImageRequest.newBuilder().setHead(head).build(), Files.newInputStream(path), size);
  }

  @Override
  public boolean hasNext() {
    return taken < size;
  }

  @Override
  public ImportImageRequest next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the archive has no more");
    }
    if (taken < 0) {
      taken = 0;
      return head;
    }
    try {
      byte[] bytes = file.readNBytes((int) Math.min(PIECE, size - taken));
      if (bytes.length == 0) {
        throw new IOException("the file became shorter while it was sent");
      }
      taken += bytes.length;
      return piece(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImportImageRequest piece(byte[] bytes) {
    return ImportImageRequest.newBuilder().setData(ByteString.copyFrom(bytes)).build();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
